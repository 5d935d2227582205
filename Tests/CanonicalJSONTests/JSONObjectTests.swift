import CanonicalJSON
import Testing

@Suite struct JSONObjectTests {
    @Test func membersAreSetReplacedAndRemoved() {
        var object: JSONObject = ["b": 1]
        object["a"] = 2
        object["c"] = 3
        object["b"] = 4
        #expect(object.keys == ["a", "b", "c"])
        #expect(object["b"] == 4)
        object["a"] = nil
        object["absent"] = nil
        #expect(object == ["c": 3, "b": 4])
        #expect(object["a"] == nil)
    }

    @Test func numbersAreEqualByValue() {
        #expect(JSONValue.double(1) == .integer(1))
        #expect(JSONValue(number: 1) == .integer(1))
        #expect(JSONValue.double(1.5) != .integer(1))
        #expect(JSONValue.integer(1) != .string("1"))
    }
}
