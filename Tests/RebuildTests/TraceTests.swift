import Bytes
import Foundation
import Rebuild
import Testing

/// What is seen of a build that is watched: who wrote a file, and what they had read.
@Suite struct TraceTests {
    private let shop: Workshop

    /// Its folder as a path without empty names.
    private var folder: String { shop.path.replacing("//", with: "/") }

    init() throws { shop = try Workshop() }

    /// Runs a script, watched. The build folder has the files `a` and `b`, and `src` with one more.
    private func watch(_ script: String) throws -> (result: SandboxResult, trace: BuildTrace) {
        let source = "\(shop.path)/tree"
        try FileManager.default.createDirectory(
            atPath: "\(source)/src", withIntermediateDirectories: true)
        for name in ["a", "b", "src/c"] {
            try Data("\(name)\n".utf8).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
        }
        var job = shop.job(script, outputs: ["out*"])
        job.inputs.append(BuildJob.Input(source: ByteString(source), place: ".", mode: .copied))
        let result = try shop.run(job, change: { $0.watchesFiles = true })
        return (result, try #require(result.trace))
    }

    /// Who wrote the output, and the own files that each of them read.
    private func writers(_ script: String) throws -> [String] {
        let (result, trace) = try watch(script)
        #expect(result.ending == .succeeded, "\(result.printed)")
        #expect(trace.isComplete)
        return described(trace.origins(of: ["out"]).first)
    }

    /// Each writer as `NAME of PARENT: FILE FILE`.
    private func described(_ file: BuildTrace.File?) -> [String] {
        (file?.writers ?? []).map { writer in
            let names = ([writer.program] + writer.ancestors.prefix(1)).map { program in
                program.path.escaped.split(separator: "/").last.map(String.init) ?? "?"
            }
            let own = writer.program.read.filter { !$0.hasPrefix("/") }.map(\.escaped)
            return names.joined(separator: " of ") + ": " + own.joined(separator: " ")
        }
    }

    @Test(
        "the program that wrote an output is named, however it came by the file",
        arguments: [
            ("cp a out", ["cp of dash: a"]),
            ("cat a b > out", ["dash: ", "cat of dash: a b"]),
            ("cat < b > out", ["dash: b", "cat of dash: b"]),
            ("echo x > out", ["dash: "]),
            ("sed -n p a > x; mv x out", ["dash: ", "sed of dash: a", "mv of dash: "]),
            (
                "mkdir d; cp a d/out; mv d e; mv e/out out",
                ["cp of dash: a", "mv of dash: ", "mv of dash: "]
            ),
            ("ls src | tr c d > out", ["tr of dash: pipe:[1]"]),
            ("ln -s a x; cat x > out", ["dash: ", "cat of dash: a"]),
            ("cp a out; cp b out", ["cp of dash: b"]),
            ("cp a out; cat b >> out", ["dash: ", "cp of dash: a", "cat of dash: b"]),
            ("(exec cat a) > out", ["cat of dash: a"]),
            ("cp a x; ln x out", ["cp of dash: a", "ln of dash: "]),
            ("ln -s a out", ["ln of dash: "]),
            ("true > out", ["dash: "]),
            ("mkdir d; ln -s d e; cp a e/../out", ["cp of dash: a"]),
        ])
    func writers(_ script: String, _ expected: [String]) throws {
        #expect(try writers(script) == expected)
    }

    @Test("what a writer read is followed to what the build wrote before, and through pipes")
    func chain() throws {
        let (_, trace) = try watch("sed s/a/z/ a > x; ls src | cat x - > y; cp y out")
        let files = trace.origins(of: ["out"])
        #expect(
            files.map(\.path.escaped) == ["out", "y", "pipe:[1]", "x"]
                || files.map(\.path.escaped) == ["out", "y", "x", "pipe:[1]"])
        #expect(files.map(\.isOutput) == [true, false, false, false])
        let listing = try #require(files.first { $0.path == "pipe:[1]" })
        #expect(described(listing) == ["ls of dash: src/"])
        let first = try #require(files.first { $0.path == "x" })
        #expect(described(first) == ["dash: ", "sed of dash: a"])
    }

    @Test("a rewritten file is told of as it was when it was read")
    func rewritten() throws {
        let (_, trace) = try watch("cp a x; cat x > out; cp b x")
        let files = trace.origins(of: ["out"])
        #expect(files.map(\.path) == ["out", "x"])
        #expect(described(files.last) == ["cp of dash: a"])
    }

    @Test("arguments and the command of the build are told of")
    func arguments() throws {
        let (_, trace) = try watch("sh -c 'cp a out; true'")
        let writer = try #require(trace.origins(of: ["out"]).first?.writers.first)
        #expect(writer.program.arguments == ["cp", "a", "out"])
        #expect(writer.ancestors.count == 2)
        #expect(writer.ancestors.last?.arguments.first == "/bin/sh")
        #expect(writer.ancestors.allSatisfy { $0.process > 1 && $0.process < 100 })
    }

    @Test("a file of this machine that is not declared is named, whether or not the build minds")
    func undeclared() throws {
        let secret = "\(folder)/secret.key"
        try Data("secret".utf8).write(to: URL(fileURLWithPath: secret))
        let (mild, trace) = try watch(
            "cat \(secret) 2>&1 || true; cat /no/such/file || true; cp a out")
        #expect(mild.ending == .succeeded)
        #expect(
            trace.lastUndeclared(9).map(\.text) == ["to open \(secret), which was not declared"])
        #expect(trace.lastUndeclared(9).first?.program.hasSuffix("/cat") == true)
        #expect(!trace.undeclared.map(\.path).contains("/no/such/file"))
    }

    @Test("what is declared is not missed, however it is opened")
    func declared() throws {
        let (result, trace) = try watch(
            """
            python3 -c 'import os
            os.open("/usr/bin/env", os.O_RDONLY | os.O_NOFOLLOW)
            os.open("/usr/bin/sh", os.O_PATH | os.O_NOFOLLOW)
            os.open("/usr/bin", os.O_RDONLY | os.O_DIRECTORY)
            os.stat("env", dir_fd=os.open("/bin/", os.O_RDONLY), follow_symlinks=False)'
            cp a out
            """)
        #expect(result.ending == .succeeded, "\(result.printed)")
        #expect(trace.lastUndeclared(9).filter { !$0.path.hasPrefix("/usr/") } == [])
        #expect(trace.undeclared.filter { $0.path.hasPrefix("/usr/bin") } == [])
    }

    @Test("a program of this machine that is not declared is named")
    func undeclaredProgram() throws {
        let tool = "\(folder)/tool"
        try FileManager.default.copyItem(atPath: "/usr/bin/true", toPath: tool)
        let (result, trace) = try watch("\(tool)")
        #expect(result.ending == .failed(command: 0, status: 127))
        #expect(
            trace.lastUndeclared(9).map(\.text) == ["to start \(tool), which was not declared"])
    }

    @Test("a file that a program only looks for is named, unless it tried to use another")
    func lookedFor() throws {
        let secret = "\(folder)/secret.key"
        try Data("secret".utf8).write(to: URL(fileURLWithPath: secret))
        let (result, trace) = try watch("cp \(secret) out")
        #expect(result.ending == .failed(command: 0, status: 1))
        #expect(
            trace.lastUndeclared(9).map(\.text) == ["to find \(secret), which was not declared"])
    }

    @Test("what a program searches several folders for, and finds, is not what a build failed for")
    func searched() throws {
        for name in ["tr", "lost"] {
            try FileManager.default.copyItem(atPath: "/usr/bin/true", toPath: "\(folder)/\(name)")
        }
        let (result, trace) = try watch(
            """
            export PATH=\(folder):$PATH
            python3 -c 'import os
            for name in "a", "lost":
                for folder in "\(folder)", ".":
                    try: os.open(folder + "/" + name, os.O_RDONLY)
                    except FileNotFoundError: pass'
            tr a b < a > out
            lost
            """)
        #expect(result.ending == .failed(command: 0, status: 127))
        let paths = trace.lastUndeclared(9).map(\.path).filter { !$0.hasPrefix("/usr/") }
        #expect(paths == [ByteString("\(folder)/lost")])
        #expect(trace.undeclared.contains { $0.path == ByteString("\(folder)/tr") })
    }

    @Test("a file that the build may not read is named")
    func unreadable() throws {
        let (_, trace) = try watch("chmod 0 a; cat a || true; cp b out")
        #expect(
            trace.lastUndeclared(9).map(\.text) == ["to open /build/a, which it may not read"])
    }

    @Test("a build is the same when it is watched, and a signal interrupts no opening")
    func sameness() throws {
        let script = """
            python3 - <<'EOF'
            import ctypes, os, signal
            libc = ctypes.CDLL(None, use_errno=True)
            class Action(ctypes.Structure):
                _fields_ = [("handler", ctypes.c_void_p), ("mask", ctypes.c_ulong * 16), ("flags", ctypes.c_int), ("restorer", ctypes.c_void_p)]
            # A function of C that has no effect, with SA_RESTART.
            action = Action(ctypes.cast(libc.abs, ctypes.c_void_p).value)
            action.flags = 0x10000000
            assert libc.sigaction(14, ctypes.byref(action), None) == 0
            signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
            failed = 0
            for _ in range(3000):
                file = libc.open(b"a", os.O_RDONLY)
                failed += file < 0
                libc.close(file)
            signal.setitimer(signal.ITIMER_REAL, 0)
            open("out", "w").write(str(failed))
            EOF
            """
        let (result, _) = try watch(script)
        #expect(result.ending == .succeeded, "\(result.printed)")
        #expect(try shop.output("out") == "0")
    }
}
