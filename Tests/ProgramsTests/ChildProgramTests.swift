import Bytes
import Programs
import Testing

/// Other programs, run to their end.
@Suite struct ChildProgramTests {
    private func shell(_ script: String) -> ChildProgram {
        ChildProgram(["/bin/sh", "-c", ByteString(script)])
    }

    @Test("what it writes, complains of and ends with is told apart")
    func outcome() throws {
        let outcome = try shell("echo out; echo first >&2; echo last >&2; exit 7").run(atMost: 100)
        #expect(outcome.output == Array("out\n".utf8))
        #expect(outcome.errors == Array("first\nlast\n".utf8))
        #expect(outcome.status == 7 && outcome.isWhole)
        #expect(outcome.ending == "failed with exit status 7")
        #expect(outcome.reason == "last")
        let killed = try shell("kill -9 $$").run(atMost: 100)
        #expect(!killed.isWhole && killed.status == 137)
        #expect(killed.ending == "was ended by signal 9")
        #expect(killed.reason == "exit status 137")
        #expect(try shell("true").run(atMost: 0).ending == nil)
    }

    @Test("inputs are files that can be read twice, whole, at any size")
    func inputs() throws {
        let large = [UInt8](repeating: 0x61, count: 300_000)
        let path = ChildProgram.path(ofInput: 1).escaped
        let other = ChildProgram.path(ofInput: 2).escaped
        let outcome = try shell("cat; cat \(path) \(path) \(other)").run(
            [Array("in".utf8), large, Array("end".utf8)], atMost: 1 << 20)
        #expect(outcome.output == Array("in".utf8) + large + large + Array("end".utf8))
    }

    @Test("it has nothing open but what it is given")
    func descriptors() throws {
        // The shell lists them, and has one open for the folder itself.
        let outcome = try shell("echo /proc/self/fd/*").run([[], []], atMost: 1000)
        let numbers = outcome.output.split(whereSeparator: { $0 == 0x20 || $0 == 0x0a })
            .compactMap { Int(String(decoding: $0.dropFirst(14), as: UTF8.self)) }
        #expect(Set(numbers).isSuperset(of: [0, 1, 2, 3]))
        #expect(numbers.count <= 5, "\(numbers)")
    }

    @Test("much that is written on both ways blocks nobody, and the last complaints are kept")
    func both() throws {
        let outcome = try shell(
            """
            i=0; while [ $i -lt 3000 ]; do echo $i-0123456789012345678901234567890123456789;
            echo $i-0123456789012345678901234567890123456789 >&2; i=$((i+1)); done
            """
        ).run(atMost: 1 << 20)
        #expect(outcome.output.count > 130_000)
        #expect(outcome.errors.count == 64 << 10)
        #expect(outcome.reason.hasPrefix("2999-"))
    }

    @Test("who writes too much is ended")
    func tooMuch() {
        let error = #expect(throws: ProgramError.self) {
            try shell("while :; do echo more; done").run(atMost: 1000)
        }
        #expect(error?.message == "/bin/sh wrote over 1000 bytes, which is too much")
    }

    @Test("who takes too long is ended, by the clock that it is given")
    func tooLong() {
        let time = Guarded<UInt64>(0)
        var program = shell("sleep 3000")
        // Each look at the clock is later than the last by more than it has.
        program.patience = ChildProgram.Patience(seconds: 2) {
            time.withLock {
                $0 += 2_500_000_000
                return $0
            }
        }
        let error = #expect(throws: ProgramError.self) { try program.run(atMost: 10) }
        #expect(error?.message == "/bin/sh was not ready after 2 seconds")
    }

    @Test("folder and environment are what it is given, and nothing else")
    func surroundings() throws {
        var program = ChildProgram(["/usr/bin/env"])
        program.environment = ["A=1", "B=2"]
        #expect(try program.run(atMost: 100).output == Array("A=1\nB=2\n".utf8))
        program.environment = []
        #expect(try program.run(atMost: 100).output == [])
        program = ChildProgram(["/bin/pwd"])
        program.folder = "/usr"
        #expect(try program.run(atMost: 100).output == Array("/usr\n".utf8))
    }

    @Test("one that is not there is named, and no words are no program")
    func missing() {
        let error = #expect(throws: ProgramError.self) {
            try ChildProgram(["no-such-\u{1b}program"]).run(atMost: 1)
        }
        #expect(
            error?.message
                == "cannot run no-such-\\x1bprogram: No such file or directory; is it installed?")
        #expect(throws: ProgramError.self) { try ChildProgram([]).run(atMost: 1) }
    }
}
