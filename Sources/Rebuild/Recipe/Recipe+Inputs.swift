import Bytes
import TOML

extension Recipe {
    /// All inputs, sources first.
    static func inputs(
        _ settings: Settings, _ folder: Place, _ base: ByteString
    ) throws(SettingError) -> [Input] {
        var inputs: [(input: Input, table: Settings)] = []
        for use in Input.Use.allCases {
            for table in try settings.tables(use.rawValue) {
                let input = try Input(table, use, base)
                if let twin = inputs.first(where: { $0.input.name == input.name }) {
                    throw SettingError(
                        "\(twin.table.place) and \(table.place) are both called "
                            + "\"\(input.name.escaped)\"; give one of them a name")
                }
                inputs.append((input, table))
            }
        }
        guard inputs.contains(where: { $0.input.use == .tool }) else {
            throw SettingError("there is no [[tool]], so there is nothing to build with")
        }
        try checkRoots(inputs)
        for index in inputs.indices where inputs[index].input.use == .tool {
            try check(inputs[index], against: inputs[..<index], folder)
        }
        return inputs.map(\.input)
    }

    /// There can be one root file system.
    private static func checkRoots(
        _ inputs: [(input: Input, table: Settings)]
    ) throws(SettingError) {
        let roots = inputs.filter { $0.input.kind.isRoot }
        guard roots.count < 2 else {
            throw SettingError(
                "\(roots[0].table.place) and \(roots[1].table.place) are both a root file system; "
                    + "a build has one")
        }
    }

    /// Two tools at one place, or one that hides another or the build folder.
    private static func check(
        _ tool: (input: Input, table: Settings),
        against others: ArraySlice<(input: Input, table: Settings)>, _ folder: Place
    ) throws(SettingError) {
        guard !tool.input.kind.isRoot, let place = Place(tool.input.place, isAbsolute: true) else {
            return
        }
        guard !place.isWithin(folder), !folder.isWithin(place) else {
            throw tool.table.failure(
                "at", "and the build folder, \(folder.path.escaped), are in each other")
        }
        for other in others where other.input.use == .tool && !other.input.kind.isRoot {
            guard let there = Place(other.input.place, isAbsolute: true), there.isWithin(place)
            else { continue }
            throw tool.table.failure(
                "at",
                there == place
                    ? "is where \(other.table.place) is"
                    : "would hide \(other.table.place), which is in it; write that one after it")
        }
    }
}

extension Recipe.Input {
    /// The most patterns of what is left out.
    private static let exclusionLimit = 64

    /// An input from its table.
    fileprivate init(_ table: Settings, _ use: Use, _ base: ByteString) throws(SettingError) {
        var found: [(kind: Kind, path: ByteString)] = []
        for kind in Kind.allCases {
            if let path = try table.optionalText(kind.rawValue) { found.append((kind, path)) }
        }
        guard let (kind, written) = found.first, found.count == 1 else {
            let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw SettingError("\(table.place) needs exactly one of \(names)")
        }
        guard !written.isEmpty else { throw table.failure(kind.rawValue, "is empty") }
        guard use == .tool || !kind.isRoot else {
            throw table.failure(kind.rawValue, "is for a [[tool]]; no source is a root file system")
        }
        name = try table.optionalText("name") ?? written
        guard !name.isEmpty else { throw table.failure("name", "is empty") }
        self.use = use
        self.kind = kind
        path = Recipe.Input.resolved(written, base)
        place = try Recipe.Input.place(table, use, kind, written)
        excluded = try table.optionalTexts("exclude") ?? []
        guard excluded.isEmpty || kind == .tree else {
            throw table.failure("exclude", "is for a tree")
        }
        guard excluded.count <= Recipe.Input.exclusionLimit, !excluded.contains("") else {
            throw table.failure(
                "exclude",
                "has an empty pattern or more than \(Recipe.Input.exclusionLimit) of them")
        }
        try table.finish()
    }

    /// A path relative to the recipe's folder.
    private static func resolved(_ path: ByteString, _ base: ByteString) -> ByteString {
        let slash = UInt8(ascii: "/")
        if path.bytes.first == slash || base == "." { return path }
        return ByteString(base.bytes + (base.bytes.last == slash ? [] : [slash]) + path.bytes)
    }

    private static func place(
        _ table: Settings, _ use: Use, _ kind: Kind, _ written: ByteString
    ) throws(SettingError) -> ByteString {
        let text = try table.optionalText("at")
        if kind.isRoot {
            guard text == nil || text == "/" else {
                throw table.failure("at", "is for other tools; this one is the root file system")
            }
            return "/"
        }
        if use == .tool { return try toolPlace(table, text) }
        let last = written.bytes.split(separator: UInt8(ascii: "/")).last.map { ByteString($0) }
        let path = text ?? (kind == .file ? last ?? "." : ".")
        guard let place = Place(path, isAbsolute: false), kind != .file || !place.names.isEmpty
        else {
            throw table.failure(
                "at",
                "is \"\(path.escaped)\", not a path below the build folder without empty names, . "
                    + "and ..")
        }
        return path
    }

    private static func toolPlace(
        _ table: Settings, _ text: ByteString?
    ) throws(SettingError) -> ByteString {
        guard let text else { throw table.failure("at", "is missing") }
        guard let place = Place(text, isAbsolute: true) else {
            throw table.failure(
                "at",
                "is \"\(text.escaped)\", not an absolute path without empty names, . and ..")
        }
        guard !place.isReserved else {
            throw table.failure(
                "at", "is \"\(text.escaped)\", where the sandbox has something of its own")
        }
        return text
    }
}
