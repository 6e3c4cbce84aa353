import Glibc

/// The target of this process, by the argument `--target=NAME`. The fuzzer passes over arguments
/// with two dashes and hands them on to the processes that it starts.
nonisolated(unsafe) private var target: Target?

@_silgen_name("LLVMFuzzerMutate")
private func mutateAsUsual(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int) -> Int

/// Called once, before the fuzzer reads its arguments.
///
/// Besides `--target=NAME`: `--list` prints the names of the targets, `--seeds=FOLDER FILE…` writes
/// the target's seeds, some of them out of the files, into a folder; both end the process.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    let words = (1..<max(1, Int(count.pointee))).compactMap { index in
        arguments.pointee[index].map { String(cString: $0) }
    }
    func value(_ name: String) -> String? {
        words.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
    }
    if words.contains("--list") {
        for target in Target.all { print(target.name) }
        exit(0)
    }
    let name = value("target") ?? ""
    guard let found = Target.all.first(where: { $0.name == name }) else {
        print("fuzz: there is no target '\(name)'; --list prints the names")
        exit(64)
    }
    Seeds.files = words.filter { !$0.hasPrefix("-") }
    if let folder = value("seeds") {
        Seeds.write(found, to: folder)
        exit(0)
    }
    target = found
    return 0
}

/// Called for every input; what must not be ends the process, and the fuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    target?.run(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// Called to change an input: the fuzzer's own changes, and then checksums that fit again, half of
/// the time. Without that most changes end at the first checksum.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int, _ seed: CUnsignedInt
) -> Int {
    let size = mutateAsUsual(data, size, limit)
    guard let repair = target?.repair, seed.isMultiple(of: 2) else { return size }
    repair(UnsafeMutableBufferPointer(start: data, count: size))
    return size
}

/// Ends the process because a promise is broken; the fuzzer saves the input.
func broken(_ promise: @autoclosure () -> String) -> Never {
    fatalError("a promise is broken: \(promise())")
}

/// Ends the process unless `condition` holds.
func hold(_ condition: Bool, _ promise: @autoclosure () -> String) {
    if !condition { broken(promise()) }
}
