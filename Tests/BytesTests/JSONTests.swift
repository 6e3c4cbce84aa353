import Bytes
import TestSupport
import Testing

struct JSONTests {
    private func parse(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    private func written(_ value: JSON, pretty: Bool = false) -> String {
        String(decoding: value.text(pretty: pretty), as: UTF8.self)
    }

    @Test(arguments: [
        ("null", JSON.null), (" true\n", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number("9223372036854775808")), ("1.0", .number("1.0")),
        ("1e0", .number("1e0")), ("-0.5E+7", .number("-0.5E+7")), ("[]", .array([])),
        ("{}", .object([])), (#""é""#, .text("é")), (#""\u0041\/\n""#, .text("A/\n")),
        (#""\ud83d\ude00""#, .text("😀")), (#""\u0000""#, .string(ByteString([0]))),
        (#"{"a":[1, {"b":null}]}"#, .record(["a": .array([.integer(1), .record(["b": .null])])])),
    ])
    func `reads what RFC 8259 allows`(text: String, value: JSON) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "01", "-", "-01", "+1", ".5", "1.", "1e", "1e+", "0x1",
        "NaN",
        "Infinity", "[1,]", "[,1]", "[1 2]", "[1", "]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{a:1}", "{1:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"",
        "\"\\u12g4\"", "\"\\u+123\"", "\"\\u-123\"", "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "1 2",
        "{} {}", "{}x", "\u{feff}{}", "// x\n{}", "[1]\u{c}", "\u{a0}1", "{}\0",
    ])
    func `refuses everything else`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"x":{"é":1,"\u00e9":2}}"#,
        #"{"predicateType":1,"predicate\u0054ype":2}"#, #"{"":1,"":1}"#,
    ])
    func `a name that occurs twice is refused`(text: String) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        #expect(error?.message.contains("twice") == true)
    }

    @Test func `names that only look alike are kept apart`() throws {
        let value = try parse("{\"\u{e9}\":1,\"e\u{301}\":2,\"K\":3,\"\u{212a}\":4}")
        #expect(value.object?.count == 4)
        #expect(value["\u{e9}"] == .integer(1))
        #expect(value["e\u{301}"] == .integer(2))
        #expect(value["\u{212a}"] == .integer(4))
    }

    @Test(arguments: [
        #"\ud800"#, #"\udc00"#, #"\ud800x"#, #"\ud800\n"#, #"\ud800\u0041"#, #"\ud800\ud800"#,
        #"\udc00\ud800"#,
    ])
    func `half a surrogate pair is refused`(escape: String) {
        #expect(throws: JSONError.self) { try parse("\"\(escape)\"") }
    }

    /// A lone continuation, overlong forms, a surrogate, past U+10FFFF, cut short, never valid.
    @Test(
        arguments: [
            [0x80], [0xc0, 0xaf], [0xc1, 0x81], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80],
            [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xc3], [0xff],
            [0xfe],
        ] as [[UInt8]])
    func `malformed UTF-8 is refused`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let error = #expect(throws: JSONError.self) {
            try JSON(parsing: [quote] + bytes + [quote])
        }
        #expect(error?.offset == 1)
        #expect(throws: JSONError.self) { try JSON(parsing: [quote] + bytes) }
    }

    @Test func `the depth is bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try parse(nested(64)) }
        #expect(throws: JSONError.self) { try parse(nested(66)) }
        #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.self) { try parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `size and number of values are bounded`() throws {
        var limits = JSON.Limits()
        limits.size = 8
        #expect(throws: Never.self) { try JSON(parsing: Array("[1,2,34]".utf8), limits: limits) }
        #expect(throws: JSONError.self) {
            try JSON(parsing: Array("[1,2,345]".utf8), limits: limits)
        }
        limits.values = 3
        #expect(throws: JSONError.self) { try JSON(parsing: Array("[1,2,3]".utf8), limits: limits) }
    }

    @Test func `writes one form`() {
        let value = JSON.record([
            "b": .array([.integer(-1), .number("1e5"), .bool(true), .null]), "a": .record([:]),
            "text": .text("\"\\/\n\t\r\u{1}\u{7f}é"), "none": nil, "empty": .array([]),
        ])
        #expect(
            written(value) == #"{"b":[-1,1e5,true,null],"a":{},"#
                + #""text":"\"\\/\n\t\u000d\u0001\u007fé","empty":[]}"#)
        #expect(
            written(.record(["a": .array([.integer(1), .array([])])]), pretty: true)
                == "{\n  \"a\": [\n    1,\n    []\n  ]\n}")
    }

    @Test func `controls past ASCII are escaped, and nothing else of that lead byte`() throws {
        let value = JSON.text("\u{80}\u{9b}2J\u{9f}\u{a0}\u{bf}\u{c0}")
        #expect(written(value) == "\"\\u0080\\u009b2J\\u009f\u{a0}\u{bf}\u{c0}\"")
        #expect(try parse(written(value)) == value)
    }

    @Test(arguments: 0..<200)
    func `what is written reads back`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let value = random.json(depth: 4)
        #expect(try JSON(parsing: value.text(pretty: false)) == value)
        #expect(try JSON(parsing: value.text(pretty: true)) == value)
    }

    @Test(arguments: 0..<200)
    func `any edit of a text gives an error or a value that is stable`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var text = random.json(depth: 3).text(pretty: false)
        text[random.below(text.count)] = UInt8(random.below(256))
        guard let value = try? JSON(parsing: text) else { return }
        #expect(try JSON(parsing: value.text(pretty: false)) == value)
    }

    @Test func `values answer only for what they are`() {
        #expect(JSON.null["a"] == nil)
        #expect(JSON.text("1").integer == nil)
        #expect(JSON.integer(1).string == nil)
        #expect(JSON.integer(1).bool == nil)
        #expect(JSON.record([:]).array == nil)
        #expect(JSON.array([]).object == nil)
        #expect(JSON.text(nil) == .null)
        #expect(JSON.count(7) == .integer(7))
    }
}
