import CanonicalJSON
import TestSupport
import Testing

@testable import enigm_macrobench

/// What a person reads in the end.
@Suite struct ReportTests {
    private var table: Table {
        var table = Table(
            "speed", [Table.Column("cpu", "CPU, µs", places: 1), Table.Column("rate", "per s", places: 0)])
        for value in [3.26, 1, 2] { table.add(value, "cpu", of: .own) }
        table.add(123_456.7, "rate", of: .own)
        table.add(9, "cpu", of: .unbound)
        table.note("unbound was tired")
        return table
    }

    @Test func aCellHoldsTheMedianAndTheExtremes() {
        #expect(
            table.markdown == """
                | server | CPU, µs | per s |
                |---|---:|---:|
                | **enigm-resolverd** | **2.0 (1.0–3.3)** | **123,457** |
                | unbound | 9.0 | – |

                - unbound was tired

                """)
        #expect(table.text.contains("enigm-resolverd  2.0 (1.0–3.3)  123,457\n"))
    }

    @Test func lossesAreAddedUp() {
        var table = table
        table.count(LoadResult(answered: 10), of: .own)
        for _ in 0..<2 { table.count(LoadResult(answered: 5, failed: 1, lost: 2), of: .unbound) }
        #expect(table.notes.last == "unbound: of 16 queries 4 lost, 2 answered with an error")
        #expect(table.notes.count == 2)
    }

    @Test func everyValueIsKept() {
        #expect(
            CanonicalJSONWriter.text(of: table.json) == """
                {"notes":["unbound was tired"],"rows":[\
                {"figures":{"cpu":[3.26,1,2],"rate":[123456.7]},"role":"own","server":"enigm-resolverd"},\
                {"figures":{"cpu":[9]},"role":"peer","server":"unbound"}]}
                """)
    }

    @Test(arguments: [
        (0.0, 0, "0"), (0.049, 1, "0.0"), (0.05, 1, "0.1"), (999.5, 0, "1,000"), (1_234_567, 0, "1,234,567"),
        (-1.26, 1, "-1.3"), (-0.01, 1, "0.0"), (12.0, 2, "12.00"),
    ])
    func numbersAreDecimal(value: Double, places: Int, text: String) {
        #expect(value.text(places: places) == text)
    }

    @Test func theMiddleOfAnEvenNumberWasMeasured() {
        var series = Series()
        #expect(series.median == nil)
        for value in [4.0, 1, 3, 2] { series.append(value) }
        #expect(series.median == 2)
    }

    @Test func barsAreInOrderAndTextIsEscaped() throws {
        let chart = BarChart(table, "cpu", title: "A < B & C", caption: "µs")
        #expect(chart.bars.map(\.label) == ["enigm-resolverd", "unbound"])
        #expect(BarChart(table, "cpu", title: "", caption: "", lessIsBetter: false).bars.map(\.value) == [9, 2])
        #expect(chart.svg.contains(">A &lt; B &amp; C</text>"))
        #expect(!chart.svg.contains("goal"))
        let marked = BarChart(table, "cpu", title: "", caption: "", mark: (18, "goal 18"))
        #expect(marked.svg.contains(">goal 18</text>"))
        #expect(marked.svg.contains("width=\"240\""), "half of the room for bars")
        let cut = BarChart(table, "cpu", title: "", caption: "", limit: 4)
        #expect(cut.svg.contains(">9.0 (cut)</text>") && cut.svg.contains("width=\"240\""))
    }
}
