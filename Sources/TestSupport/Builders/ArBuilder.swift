import Bytes

/// An ar archive or a Debian package, every field settable.
public struct ArBuilder: Sendable {
    /// One member.
    public struct Entry: Sendable {
        /// The name as it stands in the header, as `a.o/` or `#1/8`.
        public var name: String
        /// The time.
        public var mtime = "0"
        /// The owner.
        public var user = "0", group = "0"
        /// Type and permissions.
        public var mode = "100644"
        /// The size; `nil` for that of the content.
        public var size: String?
        /// The content.
        public var content: [UInt8]
        /// What fills a member of odd length; `nil` leaves it out.
        public var padding: UInt8? = 0x0a

        /// A member.
        public init(_ name: String, _ content: [UInt8]) {
            self.name = name
            self.content = content
        }
    }

    /// The members.
    public var entries: [Entry]

    /// An archive of `entries`.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// The bytes.
    public func build() -> [UInt8] {
        entries.reduce(into: Array("!<arch>\n".utf8)) { bytes, entry in
            func field(_ text: String, _ width: Int) -> [UInt8] {
                let text = Array(text.utf8)
                return text + [UInt8](repeating: 0x20, count: max(0, width - text.count))
            }
            bytes += field(entry.name, 16) + field(entry.mtime, 12) + field(entry.user, 6)
            bytes += field(entry.group, 6) + field(entry.mode, 8)
            bytes += field(entry.size ?? String(entry.content.count), 10) + [0x60, 0x0a]
            bytes += entry.content
            if !entry.content.count.isMultiple(of: 2), let padding = entry.padding {
                bytes.append(padding)
            }
        }
    }

    /// A Debian package of a control and a data archive.
    public static func package(
        control: [UInt8], data: [UInt8], suffix: String = ".xz", mtime: Int = 0
    ) -> ArBuilder {
        var builder = ArBuilder([
            Entry("debian-binary", Array("2.0\n".utf8)), Entry("control.tar\(suffix)", control),
            Entry("data.tar\(suffix)", data),
        ])
        for index in builder.entries.indices { builder.entries[index].mtime = String(mtime) }
        return builder
    }
}
