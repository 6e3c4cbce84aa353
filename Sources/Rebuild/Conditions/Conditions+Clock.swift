import Bytes
import Findings
import Hashing

extension Conditions {
    /// Where libfaketime lies inside.
    private static let faketimePlace: ByteString = "/faketime/libfaketime.so.1"

    /// Has dynamic programs see another time. New files keep the real one: were theirs moved too,
    /// so would be those of the inputs.
    ///
    /// - Parameters:
    ///   - shift: how far the clock is ahead, as libfaketime reads it: `+400d`, or `-3` for
    ///     seconds.
    ///   - library: libfaketime of this machine.
    mutating func moveClock(by shift: ByteString, _ library: ByteString) {
        let place = Conditions.faketimePlace
        inputs.append(BuildJob.Input(source: library, place: place, mode: .mounted))
        variables += [
            BuildJob.Variable("LD_PRELOAD", place), BuildJob.Variable("FAKETIME", shift),
            BuildJob.Variable("NO_FAKE_STAT", "1"),
        ]
    }
}

extension Conditions {
    /// When a clock begins that begins anew in each process: in 2035, in seconds since 1970.
    private static let anewTime = 2_065_435_200

    /// Has each dynamic program see a clock that begins with it, always at the same time. It goes
    /// on from there, so that nobody waits for ever.
    mutating func beginClockAnew(_ library: ByteString) {
        moveClock(by: ByteString("@\(Conditions.anewTime)"), library)
        // As a number: a date would be another time in each time zone.
        variables.append(BuildJob.Variable("FAKETIME_FMT", "%s"))
    }
}

extension BuildJob {
    /// Whether builds can load libfaketime, which needs libm.
    var hasMathLibrary: Bool {
        let folders = [
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
        ]
        return folders.contains { holds(ByteString("\($0)/libm.so.6")) }
    }
}

extension PreparedBuild {
    /// Has the build begin at another time than now, as the one of what was shipped did.
    ///
    /// - Parameters:
    ///   - now: what this machine's clock says.
    ///   - library: libfaketime of this machine; `nil` if there is none.
    /// - Throws: ``RebuildError`` with code `input` where the clock cannot be moved.
    public mutating func setClock(
        to time: Timestamp, now: Timestamp, library: ByteString?
    ) throws(RebuildError) {
        guard let library else {
            throw RebuildError(
                .input,
                "there is no libfaketime on this machine to set the clock with; install it "
                    + "(apt: faketime), or leave the clock alone")
        }
        guard job.hasMathLibrary else {
            throw RebuildError(
                .input,
                "libfaketime needs libm.so.6, which the root does not have; leave the clock alone")
        }
        let shift = time.seconds - now.seconds
        conditions.moveClock(by: ByteString(shift < 0 ? "\(shift)" : "+\(shift)"), library)
        clock = time
        inputs.append(
            BuildRecord.Resource(
                name: "libfaketime.so.1",
                sha256: SHA256.digest(of: try Files.read(library, atMost: 64 << 20))))
        notes.append(
            "the build's clock began at \(time.text), by libfaketime: dynamic programs only")
    }
}
