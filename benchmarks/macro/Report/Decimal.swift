extension Double {
    /// Decimal text with that many digits behind the point; thousands are set apart.
    func text(places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int64((magnitude * Double(scale)).rounded())
        let sign = self < 0 && scaled > 0 ? "-" : ""
        let whole = Double.grouped(scaled / Int64(scale))
        guard places > 0 else { return sign + whole }
        let fraction = String(scaled % Int64(scale))
        return sign + whole + "." + String(repeating: "0", count: places - fraction.utf8.count) + fraction
    }

    private static func grouped(_ number: Int64) -> String {
        number < 1000 ? String(number) : grouped(number / 1000) + "," + String(String(number % 1000 + 1000).dropFirst())
    }
}
