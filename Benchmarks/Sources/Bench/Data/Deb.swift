/// Debian packages.
enum Deb {
    /// Writes a package of members that are files of their own.
    static func write(_ path: String, control: String, data: String) throws {
        let file = try OutputFile(path)
        try file.write(Array("!<arch>\n".utf8))
        try file.write(header("debian-binary", size: 4) + Array("2.0\n".utf8))
        for (name, member) in [("control.tar.xz", control), ("data.tar.xz", data)] {
            let size = Disk.size(member)
            try file.write(header(name, size: size))
            try file.copy(member)
            if size % 2 == 1 { try file.write([0x0a]) }
        }
        try file.close()
    }

    private static func header(_ name: String, size: Int) -> [UInt8] {
        func field(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.utf8.count)
        }
        let fields = [
            field(name, 16), field("1700000000", 12), field("0", 6), field("0", 6),
            field("100644", 8), field("\(size)", 10), "`\n",
        ]
        return Array(fields.joined().utf8)
    }
}
