/// Names as people register them, made from a number: pronounceable, of different lengths, no two alike.
enum InventedName {
    /// Different numbers below this give different names.
    static let maximumCount = 1 << 24

    private static let consonants = Array("bcdfghjklmnprstv")
    private static let vowels = Array("aeio")
    private static let endings = ["com", "com", "com", "net", "org", "de", "io", "co.uk", "fr", "info"]
    private static let hosts = ["www", "api", "cdn", "static", "img", "mail", "edge", "login", "assets", "m"]

    static func name(_ number: Int) -> String {
        precondition((0..<maximumCount).contains(number), "no such name")
        // An odd factor permutes the numbers, so that neighbours have nothing in common.
        var rest = number &* 0x9E_3779 % maximumCount
        let choice = SplitMix.mixed(UInt64(number))
        var registered = ""
        for _ in 0..<4 {
            registered.append(consonants[rest & 15])
            registered.append(vowels[rest >> 4 & 3])
            rest >>= 6
        }
        // Seven of ten names are those of a host.
        let host = choice % 10 < 7 ? hosts[Int(choice >> 8) % hosts.count] + "." : ""
        return host + registered + "." + endings[Int(choice >> 16) % endings.count]
    }
}
