import Anatomy
import Bytes

/// Takes an rpm apart: one run up to the payload, and the payload as a member.
final class RpmDissector: Dissector {
    private enum State { case start, member, content, done }

    private let source: any RandomSource
    private let package: RpmPackage
    private let payload: ByteRange
    private var state = State.start

    init(_ layer: Layer, _ limits: Limits) throws(SourceError) {
        source = try layer.random()
        let bytes = try RpmDissector.front(source, limits)
        package = try RpmPackage(bytes)
        payload = ByteRange(UInt64(bytes.count), to: source.size)
    }

    /// The bytes up to the payload.
    private static func front(
        _ source: any RandomSource, _ limits: Limits
    ) throws(SourceError) -> [UInt8] {
        var bytes = try take(source, at: 0, RpmPackage.leadSize)
        guard bytes[78...79].elementsEqual([0, 5]) else {
            throw SourceError(.unsupported, at: 78, "an rpm has a signature of another kind")
        }
        for isMain in [false, true] {
            if isMain {
                let filler = RpmPackage.filled(bytes.count) - bytes.count
                bytes += try take(source, at: UInt64(bytes.count), filler)
            }
            let start = UInt64(bytes.count)
            let intro = try take(source, at: start, RpmHeader.introSize)
            guard let size = RpmHeader.size(intro[...]) else {
                throw SourceError(
                    .malformed, at: start, "an rpm header was due; get an intact copy")
            }
            guard size.index + size.store <= limits.headerSize else {
                throw SourceError(
                    .limit, at: start,
                    "an rpm header has \(size.index + size.store) bytes; raise --max-header to go "
                        + "on")
            }
            bytes += intro
            bytes += try take(source, at: UInt64(bytes.count), size.index + size.store)
        }
        return bytes
    }

    private static func take(
        _ source: any RandomSource, at offset: UInt64, _ count: Int
    ) throws(SourceError) -> [UInt8] {
        guard offset <= source.size, UInt64(count) <= source.size - offset else {
            throw SourceError(
                .truncated, at: source.size,
                "the package ends inside its headers; get a complete copy")
        }
        return try source.read(ByteRange(start: offset, length: UInt64(count)))
    }

    func open() throws(SourceError) -> any Source { RangeSource(source, payload) }

    func next() throws(SourceError) -> Part? {
        switch state {
        case .start:
            state = .member
            return .fields(FieldRun("rpm.headers", start: 0, bytes: package.bytes))
        case .member:
            state = .content
            return .member(
                Member(name: "payload", storage: .stored(payload), traits: .installsOwners))
        case .content:
            state = .done
            for header in [package.signature, package.main] { try check(header) }
            return payload.length > 0 ? .content(payload, of: "payload") : nil
        case .done: return nil
        }
    }

    /// Checks all that a header says of other bytes.
    private func check(_ header: RpmHeader) throws(SourceError) {
        for entry in header.entries {
            guard let check = RpmCheck(entry, header, package.bytes) else { continue }
            let value = try check.value(
                header: package.bytes[package.main.range],
                payload: { RangeSource(source, payload) }, payloadSize: payload.length,
                length: entry.value.count)
            guard value.elementsEqual(package.bytes[entry.value]) else {
                throw SourceError(
                    .malformed, at: UInt64(entry.value.lowerBound),
                    "\(RpmTag.id(entry.tag, header.place)) is not that of the package; get an "
                        + "intact copy")
            }
        }
    }
}
