import Bytes
import Foundation
import Rebuild
import Testing

/// What builds can and cannot do. Each test runs real programs in a real sandbox.
@Suite struct SandboxTests {
    @Test("outputs come out, in their folders, with their modes and links")
    func outputs() throws {
        let shop = try Workshop()
        let script = "mkdir d; echo 1 > d/one; chmod 755 d/one; ln -s one d/two; echo x > out.txt"
        let result = try shop.run(shop.job(script, outputs: ["out.*", "d"]))
        #expect(result.ending == .succeeded, "\(result.printed)")
        #expect(result.outputs == ["d", "out.txt"])
        #expect(try shop.output("out.txt") == "x\n")
        #expect(try shop.output("d/two") == "1\n")
        #expect(FileManager.default.isExecutableFile(atPath: "\(shop.path)/out/d/one"))
    }

    @Test("the user, the host and the environment are fixed, and have nothing of this machine")
    func surroundings() throws {
        setenv("TALLY_SECRET", "1", 1)
        let shop = try Workshop()
        let result = try shop.run(shop.job("id -u; hostname; pwd; env | sort"))
        #expect(
            result.printed == """
                1000
                tally
                /build
                HOME=/home/build
                LC_ALL=C.UTF-8
                LOGNAME=build
                PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                PWD=/build
                SHELL=/bin/sh
                TZ=UTC
                USER=build

                """)
    }

    @Test("there are no capabilities, no way to get some, and no other processes")
    func rights() throws {
        let shop = try Workshop()
        let script = """
            grep -E '^Cap(Prm|Eff|Bnd|Amb)' /proc/self/status | cut -f2 | sort -u
            grep NoNewPrivs /proc/self/status | cut -f2
            unshare -r true 2>&1 || echo refused
            mount -t tmpfs none /tmp 2>/dev/null || echo refused
            ls /proc | grep -c '^[0-9]'
            """
        let result = try shop.run(shop.job(script))
        let lines = result.printed.split(separator: "\n")
        #expect(lines.first == "0000000000000000")
        #expect(lines.dropFirst().first == "1")
        #expect(lines.filter { $0 == "refused" }.count == 2)
        #expect((Int(lines.last ?? "") ?? 99) < 8)
    }

    @Test("what is not declared cannot be read, and inputs cannot be written")
    func files() throws {
        let shop = try Workshop()
        let secret = "\(shop.path)/secret.key"
        try Data("secret".utf8).write(to: URL(fileURLWithPath: secret))
        let result = try shop.run(shop.job("touch /usr/x; cat \(secret)"))
        #expect(result.ending == .failed(command: 0, status: 1))
        #expect(result.printed.contains("Read-only file system"))
        let other = try shop.run(shop.job("cat \(secret)"))
        #expect(other.ending == .failed(command: 0, status: 1))
        #expect(other.printed.contains("No such file"))
    }

    @Test("a network socket is refused, and the attempt is told of")
    func network() throws {
        let shop = try Workshop()
        let script = "python3 -c 'import socket; socket.socket()'"
        let result = try shop.run(shop.job(script))
        #expect(result.ending == .failed(command: 0, status: 1))
        #expect(result.attempts.map(\.what) == ["a network socket (IPv4)"])
        let open = try shop.run(shop.job(script), change: { $0.allowsLoopback = true })
        #expect(open.ending == .succeeded)
        let talk = """
            import socket; a = socket.create_server(("127.0.0.1", 0)); \
            b = socket.create_connection(a.getsockname(), 3); a.accept()
            """
        let own = try shop.run(
            shop.job("python3 -c '\(talk)'"), change: { $0.allowsLoopback = true })
        #expect(own.ending == .succeeded, "\(own.printed)")
        let out = try shop.run(
            shop.job(
                "python3 -c 'import socket; socket.create_connection((\"192.0.2.1\", 80), 3)'"),
            change: { $0.allowsLoopback = true })
        #expect(out.printed.contains("unreachable"))
    }

    @Test("a build that hangs, forks without end, fills the disk or the memory is stopped")
    func limits() throws {
        let shop = try Workshop()
        var limits = SandboxLimits()
        limits.seconds = 1
        let hanging = try shop.run(shop.job("sleep 100 & sleep 100"), Conditions(), limits)
        #expect(hanging.ending == .stopped("it took more than 1 seconds"))

        limits = SandboxLimits()
        limits.processes = 40
        let bomb = "for i in $(seq 100); do sleep 5 & done; wait"
        let forking = try shop.run(shop.job(bomb), Conditions(), limits)
        #expect(forking.ending != .succeeded)
        #expect(forking.printed.contains("fork"), "\(forking.printed)")

        limits = SandboxLimits()
        limits.disk = 4 << 20
        let filling = try shop.run(shop.job("head -c 8000000 /dev/zero > x"), Conditions(), limits)
        #expect(filling.ending != .succeeded)

        limits = SandboxLimits()
        limits.memory = 64 << 20
        let eating = try shop.run(
            shop.job("python3 -c 'import time; x = bytearray(200 << 20); time.sleep(9)'"),
            Conditions(), limits)
        #expect(eating.ending != .succeeded)
    }

    @Test("a limit that was run into ends a build that does not mind, too")
    func survivedLimits() throws {
        let shop = try Workshop()
        func reason(
            _ script: String, _ change: (inout SandboxLimits) -> Void
        ) throws -> (String, SandboxResult) {
            var limits = SandboxLimits()
            change(&limits)
            let result = try shop.run(shop.job("\(script); true"), Conditions(), limits)
            guard case .stopped(let reason) = result.ending else { return ("", result) }
            return (reason, result)
        }
        let full = try reason("head -c 8000000 /dev/zero > x") { $0.disk = 4 << 20 }
        #expect(full.0 == "it filled the 4194304 bytes of /build; see --build-disk")
        let forks = try reason("for i in $(seq 100); do sleep 1 & done") { $0.processes = 40 }
        if forks.1.means.contains(LimitMeans("processes", "cgroup")) {
            #expect(forks.0 == "it needed more than 40 processes; see --build-processes")
        }
        let eats = "python3 -c 'x = bytearray(200 << 20)'"
        let memory = try reason(eats) { $0.memory = 64 << 20 }
        #expect(memory.0.contains("67108864 bytes of memory"))
        #expect(try reason(eats) { $0.memory = 1 << 30 }.1.ending == .succeeded)
    }

    @Test("daemons are ended and counted")
    func daemons() throws {
        let shop = try Workshop()
        let result = try shop.run(shop.job("setsid sleep 1000 >/dev/null 2>&1 & sleep 0.2"))
        #expect(result.ending == .succeeded)
        #expect(result.leftover == 1)
    }

    @Test("of too much output the beginning and the end are kept")
    func talk() throws {
        let shop = try Workshop()
        var limits = SandboxLimits()
        limits.log = 2000
        let result = try shop.run(
            shop.job("echo first; head -c 3000000 /dev/zero; echo; echo last"), Conditions(),
            limits)
        #expect(result.ending == .succeeded)
        #expect(result.printed.hasPrefix("first\n") && result.printed.hasSuffix("\nlast\n"))
        #expect(result.log.text.count < 2200)
        #expect(result.log.size == 3_000_012)
    }

    @Test("a missing program, a missing output and an interruption are told apart")
    func failures() throws {
        let shop = try Workshop()
        var job = shop.job("")
        job.commands = [BuildJob.Command(["no-such-tool", "-x"])]
        let missing = try shop.run(job)
        #expect(missing.ending == .failed(command: 0, status: 127))
        #expect(missing.printed.contains("no-such-tool"))
        let empty = try shop.run(shop.job("echo spoken", outputs: ["out*"]))
        #expect(empty.ending == .incomplete(["out*"]))
        #expect(empty.printed == "spoken\n")
        #expect(throws: RebuildError(.io, "the build was interrupted")) {
            try shop.run(shop.job("sleep 100"), isCancelled: { true })
        }
    }

    @Test("an output that is a link out of the sandbox is copied as a link, a pipe is refused")
    func hostileOutputs() throws {
        let shop = try Workshop()
        let result = try shop.run(
            shop.job("ln -s /etc/passwd out1; ln -s / d", outputs: ["out1"]))
        #expect(result.outputs == ["out1"])
        let target = try FileManager.default.destinationOfSymbolicLink(
            atPath: "\(shop.path)/out/out1")
        #expect(target == "/etc/passwd")
        #expect(result.looseLinks == ["out1"])
        let kept = try shop.run(shop.job("touch a; ln -s a out3", outputs: ["out3", "a"]))
        #expect(kept.looseLinks.isEmpty && kept.outputs == ["a", "out3"])
        let outside = try shop.run(shop.job("ln -s / d", outputs: ["d/etc/passwd"]))
        #expect(outside.ending == .incomplete(["d/etc/passwd"]))
        #expect(outside.outputs.isEmpty)
        let pipe = #expect(throws: RebuildError.self) {
            try shop.run(shop.job("mkdir o; mkfifo o/pipe", outputs: ["o"]))
        }
        #expect(pipe?.code == .build && pipe?.message.contains("of the output o, pipe") == true)
    }

    @Test("conditions reach the build")
    func conditions() throws {
        let shop = try Workshop()
        var conditions = Conditions()
        conditions.folder = "/other/place"
        conditions.user = 1234
        conditions.hostName = "elsewhere"
        conditions.timeZone = "GMT-14"
        conditions.modeMask = 0o002
        conditions.processors = 1
        conditions.pathTail = "/i/am/here"
        conditions.personality = 0x002_0000
        conditions.replacedFiles = ["/proc/cpuinfo": "nothing\n"]
        let script = """
            pwd; id -u; hostname; echo $TZ; umask; nproc; uname -r | cut -c1-4
            cat /proc/cpuinfo; echo ${PATH##*:}
            """
        let result = try shop.run(shop.job(script), conditions)
        #expect(
            result.printed
                == "/other/place\n1234\nelsewhere\nGMT-14\n0002\n1\n2.6.\nnothing\n/i/am/here\n")
    }

    @Test("folders are listed in the order of the conditions")
    func order() throws {
        let shop = try Workshop()
        try FileManager.default.createDirectory(
            atPath: "\(shop.path)/src", withIntermediateDirectories: false)
        for name in ["a", "b", "c", "d"] {
            try Data().write(to: URL(fileURLWithPath: "\(shop.path)/src/\(name)"))
        }
        var job = shop.job("ls -U | tr -d '\\n'")
        job.inputs.append(
            BuildJob.Input(source: ByteString("\(shop.path)/src"), place: ".", mode: .copied))
        #expect(try shop.run(job).printed == "abcd")
        var conditions = Conditions()
        conditions.order = .reversed
        #expect(try shop.run(job, conditions).printed == "dcba")
    }
}
