import Attestation
import Bytes
import Testing

struct TimestampTests {
    /// Seconds from `date -u -d TEXT +%s`.
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-01-31T12:00:00Z", 1_769_860_800), ("2038-01-19T03:14:08Z", 2_147_483_648),
            ("2100-02-28T23:59:59Z", 4_107_542_399), ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)])
    func `text and seconds agree`(text: String, seconds: Int64) throws {
        #expect(Timestamp(ByteString(text))?.seconds == seconds)
        #expect(Timestamp(seconds: seconds)?.text == text)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00z", "2026-01-31t12:00:00Z",
        "2026-01-31 12:00:00Z", "2026-01-31T12:00:00.0Z", "2026-01-31T12:00:00+00:00",
        "2026-01-31T12:00:60Z", "2026-01-31T12:60:00Z", "2026-01-31T24:00:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "1969-12-31T23:59:59Z", "12026-01-31T12:00:00Z", "2026-01-31T12:00:00Z ",
        "２026-01-31T12:00:00Z", "+026-01-31T12:00:00Z",
    ])
    func `every other spelling is refused`(text: String) {
        #expect(Timestamp(ByteString(text)) == nil)
    }

    @Test func `every day there is survives the round trip`() throws {
        var previous: Timestamp?
        for day in stride(from: Int64(0), through: 253_402_300_799, by: 86_400 * 37 + 12_345) {
            let moment = try #require(Timestamp(seconds: day))
            #expect(Timestamp(ByteString(moment.text)) == moment)
            if let previous { #expect(previous < moment && previous.text < moment.text) }
            previous = moment
        }
        #expect(Timestamp(seconds: -1) == nil)
        #expect(Timestamp(seconds: 253_402_300_800) == nil)
    }
}
