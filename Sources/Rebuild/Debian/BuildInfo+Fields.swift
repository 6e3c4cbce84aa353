import Bytes

extension BuildInfo {
    /// Refuses what this reader does not know.
    static func checkFormat(_ text: ControlParagraph) throws(RebuildError) {
        let format = try text.required("Format")
        guard format == "1.0" else {
            throw RebuildError(
                .declaration,
                "\(text.origin) has format \(format.escaped); only 1.0 is understood")
        }
    }

    /// The source and its version: that of the packages, or in parentheses behind the name.
    static func source(_ text: ControlParagraph) throws(RebuildError) -> (ByteString, ByteString) {
        let words = text.words("Source")
        let name = words.first ?? ""
        let version = try text.required("Version")
        guard name.isPackageName, words.count < 3 else {
            throw RebuildError(.declaration, "\(text.origin) does not name its source")
        }
        guard words.count == 2 else { return (name, version) }
        let inner = ByteString(words[1].bytes.dropFirst().dropLast())
        guard words[1].hasPrefix("("), words[1].hasSuffix(")"), DebianVersion(inner) != nil else {
            throw RebuildError(
                .declaration, "\(text.origin): \(words[1].escaped) is no version of the source")
        }
        return (name, inner)
    }

    /// The folder of the source tree, which a build may be put into.
    static func path(_ text: ControlParagraph) throws(RebuildError) -> ByteString? {
        guard let path = try text.value("Build-Path") else { return nil }
        let names = path.split(at: "/")
        guard path.hasPrefix("/"), names.count > 1,
            names.dropFirst().allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else {
            throw RebuildError(
                .declaration, "\(text.origin): \(path.escaped) is no absolute path of a folder")
        }
        return path
    }

    /// The packages that were installed; the same one twice is refused.
    static func dependencies(_ text: ControlParagraph) throws(RebuildError) -> [PackageReference] {
        var packages: [PackageReference] = []
        var seen: Set<[ByteString]> = []
        for item in text.list("Installed-Build-Depends") {
            guard let package = PackageReference(installed: item) else {
                throw RebuildError(
                    .declaration,
                    "\(text.origin): \(item.escaped) in Installed-Build-Depends is not one package "
                        + "in one version")
            }
            guard seen.insert([package.name, package.architecture ?? ""]).inserted else {
                throw RebuildError(
                    .declaration, "\(text.origin) names \(package.name.escaped) twice")
            }
            packages.append(package)
        }
        guard !packages.isEmpty else {
            throw RebuildError(.declaration, "\(text.origin) has no Installed-Build-Depends")
        }
        return packages
    }

    /// The entry of the changelog, as `Binary-Only-Changes` holds it: a lone dot stands for an
    /// empty line.
    static func changes(_ text: ControlParagraph) -> ByteString? {
        guard let field = text.field("Binary-Only-Changes") else { return nil }
        let lines = field.lines.dropFirst().map { $0 == "." ? [] : $0.bytes }
        return ByteString(Array(lines.joined(separator: [0x0a])) + [0x0a])
    }

    /// Variables as `NAME="value"`, a quote in the value behind a backslash. dpkg before 1.22
    /// writes a backslash as it is, so one right before the closing quote has two readings.
    static func environment(
        _ text: ControlParagraph
    ) throws(RebuildError) -> [BuildJob.Variable] {
        guard let field = text.field("Environment") else { return [] }
        var variables: [BuildJob.Variable] = []
        var open: (name: ByteString, value: [UInt8], line: Int)?
        for (index, line) in field.lines.enumerated().dropFirst() {
            let number = field.line + index
            var present: (name: ByteString, value: [UInt8], line: Int)
            if let begun = open {
                present = begun
                present.value += [0x0a] + line.bytes
            } else {
                present = try begin(line, text, number)
            }
            guard let value = unquoted(present.value) else {
                open = present
                continue
            }
            guard !variables.contains(where: { $0.name == present.name }) else {
                throw text.error(number, "the variable \(present.name.escaped) is set twice")
            }
            variables.append(BuildJob.Variable(present.name, ByteString(value)))
            open = nil
        }
        if let open {
            throw text.error(open.line, "the value of \(open.name.escaped) does not end")
        }
        return variables
    }

    /// The name before `="`, and what follows.
    private static func begin(
        _ line: ByteString, _ text: ControlParagraph, _ number: Int
    ) throws(RebuildError) -> (name: ByteString, value: [UInt8], line: Int) {
        let name = line.bytes.prefix { $0 != UInt8(ascii: "=") }
        let isName = name.allSatisfy { byte in
            (0x41...0x5a).contains(byte & 0xdf) || (0x30...0x39).contains(byte) || byte == 0x5f
        }
        guard !name.isEmpty, isName, line.bytes.dropFirst(name.count).starts(with: "=\"".utf8)
        else {
            throw text.error(number, "a variable as NAME=\"value\" is expected")
        }
        return (ByteString(name), Array(line.bytes.dropFirst(name.count + 2)), number)
    }

    /// The value, if its closing quote is there and nothing but a quote is escaped.
    private static func unquoted(_ text: [UInt8]) -> [UInt8]? {
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        guard text.last == quote, text.dropLast().last != backslash else { return nil }
        var value: [UInt8] = []
        var isEscaped = false
        for byte in text.dropLast() {
            if byte == quote {
                guard isEscaped else { return nil }
                value[value.count - 1] = quote
            } else {
                value.append(byte)
            }
            isEscaped = byte == backslash
        }
        return value
    }
}
