import Bytes

extension BuildTrace {
    /// Files whose origin is told of, files that one program read, and programs that wrote one file
    /// or started one that did.
    private static let fileLimit = 200, readLimit = 500, writerLimit = 50, ancestorLimit = 20

    /// Where outputs come from, and after them what their writers read that the build itself had
    /// written, and so on.
    ///
    /// - Parameter outputs: paths below the build folder.
    public func origins(of outputs: [ByteString]) -> [File] {
        var waiting = outputs.map { (path: folder.appending($0), time: Int.max) }[...]
        var known = Set(waiting.map(\.path))
        var pipes: [ByteString: ByteString] = [:]
        var files: [File] = []
        while let (path, time) = waiting.popFirst(), files.count < BuildTrace.fileLimit {
            let writers = writers(of: path, before: time)
            files.append(
                File(
                    path: name(path, &pipes), isOutput: time == .max,
                    writers: writers.map { self.writer($0.program, $0.time, &pipes) }))
            for (program, _) in writers {
                for (place, time) in sortedReads(of: program) {
                    let path = seen.paths[place]
                    guard seen.written[place] != nil, known.insert(path).inserted else { continue }
                    waiting.append((path, time))
                }
            }
        }
        return files
    }

    /// Who wrote a file that was read at a time, in the order in which they came by.
    private func writers(
        of path: ByteString, before time: Int
    ) -> [(program: Int, time: Int)] {
        guard let place = seen.place(of: path), let generations = seen.written[place] else {
            return []
        }
        let latest = generations.last { $0.start <= time } ?? generations[0]
        let programs = seen.processes.programs
        let started = Set(
            latest.writers.keys.filter { !programs[$0].isCopy }.map { programs[$0].process })
        // A shell's copy that opened the file for what it then started did not write it.
        let writers = latest.writers.filter { entry in
            !programs[entry.key].isCopy || !started.contains(programs[entry.key].process)
        }
        return writers.sorted { $0.key < $1.key }.suffix(BuildTrace.writerLimit)
            .map { (program: $0.key, time: $0.value) }
    }

    private func writer(
        _ number: Int, _ time: Int, _ pipes: inout [ByteString: ByteString]
    ) -> Writer {
        var ancestors: [Program] = []
        var above = seen.processes.programs[number].parent
        while let next = above, ancestors.count < BuildTrace.ancestorLimit {
            ancestors.append(program(next, before: time, &pipes))
            above = seen.processes.programs[next].parent
        }
        // When it read what it wrote then cannot be seen: many open what they write first.
        return Writer(program: program(number, before: .max, &pipes), ancestors: ancestors)
    }

    private func program(
        _ number: Int, before time: Int, _ pipes: inout [ByteString: ByteString]
    ) -> Program {
        let program = seen.processes.programs[number]
        let read = sortedReads(of: number).filter { $0.time < time }.map {
            name(seen.paths[$0.place], &pipes)
        }
        .sorted { (BuildTrace.rank($0), $0) < (BuildTrace.rank($1), $1) }
        return Program(
            process: program.number, path: name(program.path, &pipes),
            arguments: program.arguments, read: Array(read.prefix(BuildTrace.readLimit)),
            omitted: max(0, read.count - BuildTrace.readLimit))
    }

    /// What a program read, in the order of reading.
    private func sortedReads(of program: Int) -> [(place: Int, time: Int)] {
        seen.processes.programs[program].reads.sorted { $0.value < $1.value }
            .map { (place: $0.key, time: $0.value) }
    }

    /// A path as people know it: relative in the build folder. Pipes are counted as they come,
    /// since the kernel's numbers are others each time.
    private func name(
        _ path: ByteString, _ pipes: inout [ByteString: ByteString]
    ) -> ByteString {
        if path.hasPrefix("pipe:") {
            let name = pipes[path] ?? ByteString("pipe:[\(pipes.count + 1)]")
            pipes[path] = name
            return name
        }
        guard path != folder, let rest = path.rest(below: folder) else { return path }
        return rest.isEmpty ? "./" : rest
    }

    /// Own files come first, those of the system's libraries last.
    private static func rank(_ path: ByteString) -> Int {
        guard path.bytes.first == 0x2f else { return 0 }
        return path.hasPrefix("/usr/lib") || isUsual(path) ? 2 : 1
    }
}
