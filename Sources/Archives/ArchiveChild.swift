import Bytes
internal import CArchive
internal import CLauncher
import Glibc

/// The confined end of a reader: libarchive over bytes that the parent hands out.
///
/// It runs in a process of its own, which can neither open files, nor reach the network, nor start
/// programs from before it reads the first byte. What a hostile archive makes of it can at worst
/// lie about the members, and formats read in here are never more than `different`.
public enum ArchiveChild {
    /// Bytes of address space that the child may use.
    private static let memory: UInt = 2 << 30

    /// Confines the process and serves the parent on `socket` until the archive ends.
    ///
    /// - Parameter kind: which formats are read; another one is refused.
    /// - Returns: the exit status for the process.
    public static func run(
        socket: Int32, seconds: Int, kind: ArchiveKind = .longTail
    ) -> Int32 {
        let achieved = tally_confine(memory, UInt(seconds))
        guard achieved > 0, achieved & Int32(TALLY_CONFINED_SECCOMP) != 0 else {
            _ = Wire.send(.unconfined, [], to: socket)
            return 1
        }
        let session = Session(socket, kind)
        if let message = session.serve() {
            _ = Wire.send(.failure, Array(message.utf8), to: socket)
            return 1
        }
        return Wire.send(.end, [], to: socket) ? 0 : 1
    }
}

/// One archive, with the state that libarchive's callbacks need.
private final class Session {
    /// The one open descriptor that matters; the parent is at its other end.
    let socket: Int32
    /// Which formats are read.
    private let kind: ArchiveKind
    /// Where libarchive reads next, in bytes from the beginning of the archive.
    var position: UInt64 = 0
    /// What libarchive reads at present; it keeps a pointer to it until the next read.
    var block: [UInt8] = []

    /// The process is confined by now.
    init(_ socket: Int32, _ kind: ArchiveKind) {
        self.socket = socket
        self.kind = kind
    }

    /// Reads the archive to its end; the reason if that is not possible.
    func serve() -> String? {
        guard let archive = unsafe archive_read_new() else { return "out of memory" }
        defer { unsafe archive_read_free(archive) }
        switch kind {
        case .longTail: unsafe enableFormats(archive)
        case .tar: unsafe enableTar(archive)
        }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe archive_read_set_read_callback(archive, readBlock)
        unsafe archive_read_set_seek_callback(archive, seekTo)
        unsafe archive_read_set_callback_data(archive, context)
        guard unsafe archive_read_open1(archive) == ARCHIVE_OK else {
            return unsafe reason(archive)
        }
        return unsafe walk(archive)
    }

    /// What has no dissector here, and the filters inside an rpm. Filters that start a program are
    /// left out; the confinement would refuse them anyway.
    private func enableFormats(_ archive: OpaquePointer) {
        unsafe archive_read_support_format_7zip(archive)
        unsafe archive_read_support_format_cab(archive)
        unsafe archive_read_support_format_cpio(archive)
        unsafe archive_read_support_format_iso9660(archive)
        unsafe archive_read_support_format_lha(archive)
        unsafe archive_read_support_format_rar(archive)
        unsafe archive_read_support_format_rar5(archive)
        unsafe archive_read_support_format_warc(archive)
        unsafe archive_read_support_format_xar(archive)
        unsafe archive_read_support_filter_compress(archive)
        unsafe archive_read_support_filter_rpm(archive)
        unsafe archive_read_support_filter_gzip(archive)
        unsafe archive_read_support_filter_xz(archive)
        unsafe archive_read_support_filter_zstd(archive)
        unsafe archive_read_support_filter_bzip2(archive)
        unsafe archive_read_support_filter_lzma(archive)
    }

    /// A tar in what deb(5) lets it be compressed with.
    private func enableTar(_ archive: OpaquePointer) {
        unsafe archive_read_support_format_tar(archive)
        unsafe archive_read_support_filter_gzip(archive)
        unsafe archive_read_support_filter_xz(archive)
        unsafe archive_read_support_filter_zstd(archive)
        unsafe archive_read_support_filter_bzip2(archive)
        unsafe archive_read_support_filter_lzma(archive)
    }

    /// libarchive's latest message, in its own words: the parent escapes it.
    private func reason(_ archive: OpaquePointer) -> String {
        guard let text = unsafe archive_error_string(archive) else { return "unknown reason" }
        return unsafe String(cString: text)
    }

    /// Sends every member with its content; the reason if that ends early. Warnings end it too:
    /// what libarchive is not sure of is not compared.
    private func walk(_ archive: OpaquePointer) -> String? {
        var entry: OpaquePointer?
        while true {
            let result = unsafe archive_read_next_header(archive, &entry)
            if result == ARCHIVE_EOF { return nil }
            guard result == ARCHIVE_OK, let entry = unsafe entry else {
                return unsafe reason(archive)
            }
            guard unsafe archive_entry_is_encrypted(entry) == 0 else { return "it is encrypted" }
            let member = unsafe member(entry)
            guard Wire.send(.member, member.body, to: socket) else { return "nobody listens" }
            if let failure = unsafe copyContent(archive) { return failure }
        }
    }

    /// A copy of a C string, as bytes of no known encoding.
    private func text(_ pointer: UnsafePointer<CChar>?) -> ByteString? {
        guard let pointer = unsafe pointer else { return nil }
        let length = unsafe strlen(pointer)
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: length)
        return unsafe ByteString(Array(bytes))
    }

    /// The member that a header describes. A hard link's target goes before a symbolic one.
    private func member(_ entry: OpaquePointer) -> ArchiveMember {
        let hard = unsafe text(archive_entry_hardlink(entry))
        let soft = unsafe text(archive_entry_symlink(entry))
        return unsafe ArchiveMember(
            name: text(archive_entry_pathname(entry)) ?? "", mode: archive_entry_mode(entry),
            link: hard ?? soft, isHardLink: hard != nil, time: Int64(archive_entry_mtime(entry)))
    }

    /// Sends the present member's content in pieces of up to 64 KiB, holes as zeros.
    private func copyContent(_ archive: OpaquePointer) -> String? {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe archive_read_data(archive, &buffer, buffer.count)
            if count == 0 { return nil }
            guard count > 0 else { return unsafe reason(archive) }
            guard Wire.send(.data, Array(buffer.prefix(count)), to: socket) else {
                return "nobody listens"
            }
        }
    }

    /// Asks the parent for the bytes at the present position.
    func fetch() -> Bool {
        let wish = Wire.number(position) + Wire.number(64 * 1024)
        guard Wire.send(.want, wish, to: socket),
            let (tag, body) = Wire.receive(from: socket), tag == .bytes
        else { return false }
        block = body
        position += UInt64(body.count)
        return true
    }

    /// The size of the archive, found by asking: a wish past the end is cut to it.
    lazy var size: UInt64? = {
        var low: UInt64 = 0
        var high: UInt64 = 1 << 62
        while low < high {
            let middle = low + (high - low) / 2
            let wish = Wire.number(middle) + Wire.number(1)
            guard Wire.send(.want, wish, to: socket),
                let (tag, body) = Wire.receive(from: socket), tag == .bytes
            else { return nil }
            if body.isEmpty { high = middle } else { low = middle + 1 }
        }
        return low
    }()
}

/// libarchive's read callback (`archive_read_set_read_callback`).
private func readBlock(
    _ archive: OpaquePointer?, _ context: UnsafeMutableRawPointer?,
    _ buffer: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
    guard let context = unsafe context, let buffer = unsafe buffer else { return -1 }
    let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
    guard session.fetch() else { return -1 }
    // The array stays where it is until the next fetch: libarchive uses it only until then.
    unsafe session.block.withUnsafeBytes { unsafe buffer.pointee = $0.baseAddress }
    return session.block.count
}

/// libarchive's seek callback (`archive_read_set_seek_callback`).
private func seekTo(
    _ archive: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ offset: Int64, _ origin: Int32
) -> Int64 {
    guard let context = unsafe context else { return Int64(ARCHIVE_FATAL) }
    let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
    var target = offset
    if origin == SEEK_CUR { target += Int64(session.position) }
    if origin == SEEK_END {
        guard let size = session.size else { return Int64(ARCHIVE_FATAL) }
        target += Int64(size)
    }
    guard target >= 0 else { return Int64(ARCHIVE_FATAL) }
    session.position = UInt64(target)
    return target
}
