import Bytes
import Hashing
import TOML

extension Recipe {
    /// What its text is called.
    private static let kind = SettingsKind(name: "the recipe", guide: "Docs/Recipe.md")

    /// The recipe at a path of this machine; its paths are relative to the folder it is in.
    ///
    /// - Throws: ``RebuildError`` with code `declaration` or `io`.
    public init(path: ByteString) throws(RebuildError) {
        let text: [UInt8]
        do throws(SourceError) {
            let file = try FileSource(path: path)
            guard file.size <= Setting.sizeLimit else {
                throw SourceError(
                    .limit, "\(path.escaped) has more than \(Setting.sizeLimit) bytes")
            }
            text = try file.read(ByteRange(start: 0, length: file.size))
        } catch {
            throw RebuildError(error.code == .limit ? .declaration : .io, error.message)
        }
        let slash = path.bytes.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { ByteString(path.bytes[...$0]) } ?? "."
        do throws(RebuildError) {
            try self.init(text: text, base: folder)
        } catch {
            throw RebuildError(error.code, "\(path.escaped): \(error.message)")
        }
    }

    /// A recipe from its text.
    ///
    /// - Parameter base: the folder of this machine that its paths are relative to.
    /// - Throws: ``RebuildError`` with code `declaration` for what is no TOML, for a key that is
    ///   not known, missing or of the wrong kind, and for what contradicts itself; each is named by
    ///   its whole place.
    public init(text: [UInt8], base: ByteString) throws(RebuildError) {
        do throws(SettingError) {
            try self.init(settings: text, base)
        } catch {
            throw RebuildError(.declaration, error.message)
        }
    }

    private init(settings text: [UInt8], _ base: ByteString) throws(SettingError) {
        let settings = try Settings(parsing: text, as: Recipe.kind)
        let format = try settings.text("format")
        guard format == ByteString(Recipe.format) else {
            throw SettingError("format is \"\(format.escaped)\", not \(Recipe.format)")
        }
        name = try Recipe.name(settings)
        self.base = base
        let folder = try Recipe.folder(settings, name)
        self.folder = folder.path
        inputs = try Recipe.inputs(settings, folder, base)
        environment = try Recipe.environment(try settings.optionalTable("environment"))
        commands = try Recipe.commands(settings)
        outputs = try Recipe.outputs(settings)
        // A four-digit year is the last that archives and programs agree about.
        epoch = try settings.optionalNumber("source-date-epoch", in: 0...253_402_300_799)
        limits = try Limits(try settings.optionalTable("limits"))
        network = try Recipe.network(settings)
        digest = MerkleDigest(sha256: SHA256.digest(of: text), size: UInt64(text.count))
        try settings.finish()
    }

    /// A name that can stand in a path.
    private static func name(_ settings: Settings) throws(SettingError) -> ByteString {
        let name = try settings.text("name")
        let isPlain = name.bytes.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
        }
        guard isPlain, (1...128).contains(name.count), name.bytes.first != 0x2e else {
            throw settings.failure(
                "name",
                "is \"\(name.escaped)\"; a name has lowercase letters, digits, dots and hyphens")
        }
        return name
    }

    private static func folder(
        _ settings: Settings, _ name: ByteString
    ) throws(SettingError) -> Place {
        let path =
            try settings.optionalText("folder") ?? ByteString(Array("/build/".utf8) + name.bytes)
        guard let place = Place(path, isAbsolute: true) else {
            throw settings.failure(
                "folder",
                "is \"\(path.escaped)\", not an absolute path without empty names, . and ..")
        }
        guard !place.isReserved else {
            throw settings.failure(
                "folder", "is \"\(path.escaped)\", where the sandbox has something of its own")
        }
        return place
    }

    /// Variables in the order of their names.
    private static func environment(
        _ table: Settings?
    ) throws(SettingError) -> [BuildJob.Variable] {
        var variables: [BuildJob.Variable] = []
        for name in table?.names ?? [] {
            let text = String(decoding: name.bytes, as: UTF8.self)
            guard let table, let value = try table.optionalText(text) else { continue }
            let isName = name.bytes.allSatisfy {
                (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5f
            }
            guard isName, name.bytes.first.map({ !(0x30...0x39).contains($0) }) ?? false else {
                throw table.failure(text, "is no name of a variable")
            }
            guard name != "SOURCE_DATE_EPOCH" else {
                throw table.failure(text, "is set by source-date-epoch at the top of the recipe")
            }
            variables.append(BuildJob.Variable(name, value))
        }
        try table?.finish()
        return variables
    }

    /// A text is for the shell; a list of texts is a program and its arguments.
    private static func commands(_ settings: Settings) throws(SettingError) -> [BuildJob.Command] {
        guard let items = try settings.optionalList("commands") else {
            throw settings.failure("commands", "is missing")
        }
        guard !items.isEmpty else { throw settings.failure("commands", "is empty") }
        var commands: [BuildJob.Command] = []
        for (index, item) in items.enumerated() {
            guard let words = words(item) else {
                throw settings.failure(
                    "commands",
                    "has something at [\(index)] that is neither a text for the shell nor a list of "
                        + "words")
            }
            commands.append(BuildJob.Command(words))
        }
        return commands
    }

    private static func words(_ item: Setting) -> [ByteString]? {
        switch item {
        case .text(let text): return text.isEmpty ? nil : ["/bin/sh", "-e", "-c", text]
        case .list(let items):
            var words: [ByteString] = []
            for item in items {
                guard case .text(let word) = item else { return nil }
                words.append(word)
            }
            return words.first.map { !$0.isEmpty } ?? false ? words : nil
        default: return nil
        }
    }

    private static func outputs(_ settings: Settings) throws(SettingError) -> [ByteString] {
        let outputs = try settings.texts("outputs")
        for pattern in outputs {
            guard let place = Place(pattern, isAbsolute: false), !place.names.isEmpty else {
                throw settings.failure(
                    "outputs",
                    "has \"\(pattern.escaped)\", which is no path below the build folder")
            }
            guard !place.names.contains("**") else {
                throw settings.failure(
                    "outputs", "has \"\(pattern.escaped)\"; * stands for what is in one name only")
            }
        }
        return outputs
    }

    private static func network(_ settings: Settings) throws(SettingError) -> Network {
        guard let text = try settings.optionalText("network") else { return .none }
        guard let network = Network(rawValue: String(decoding: text.bytes, as: UTF8.self)) else {
            throw settings.failure(
                "network", "is \"\(text.escaped)\", neither \"none\" nor \"loopback\"")
        }
        return network
    }
}

extension Recipe.Limits {
    /// What a table says.
    fileprivate init(_ table: Settings?) throws(SettingError) {
        guard let table else { return }
        memory = try table.optionalSize("memory")
        disk = try table.optionalSize("disk")
        processes = try table.optionalNumber("processes", in: 1...1_000_000)
        seconds = try table.optionalNumber("seconds", in: 1...31_536_000)
        try table.finish()
    }
}
