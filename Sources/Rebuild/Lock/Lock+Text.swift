import Bytes

extension Lock {
    /// The lock as JSON, always the same for the same lock.
    public var text: [UInt8] {
        let json = JSON.record([
            "schema": .text(Lock.schema),
            "name": .string(name),
            "recipe": recipe.json,
            "inputs": .array(inputs.map(\.json)),
            "root": root.json,
        ])
        return json.text(pretty: true) + [0x0a]
    }

    /// A lock from its text, which has to be exactly as it is written here.
    ///
    /// - Parameter origin: what messages call the file.
    /// - Throws: ``RebuildError`` with code `declaration`.
    public init(text: [UInt8], origin: String) throws(RebuildError) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: text)
        } catch {
            throw RebuildError(
                .declaration, "\(origin) is no lock: \(error.message), at byte \(error.offset)")
        }
        if let schema = json["schema"]?.string, schema != ByteString(Lock.schema) {
            throw RebuildError(
                .declaration, "\(origin) is \"\(schema.escaped)\", not \(Lock.schema)")
        }
        guard let lock = Lock(json), lock.text == text else {
            throw RebuildError(
                .declaration,
                "\(origin) is not as 'tally lock' writes a lock; make it anew with 'tally lock'")
        }
        self = lock
    }

    private init?(_ json: JSON) {
        guard let name = json["name"]?.string, let recipe = MerkleDigest(json["recipe"]),
            let items = json["inputs"]?.array, let root = MerkleDigest(json["root"])
        else { return nil }
        let inputs = items.compactMap { Entry($0) }
        guard inputs.count == items.count else { return nil }
        (self.name, self.recipe, self.inputs, self.root) = (name, recipe, inputs, root)
    }
}

extension Lock.Entry {
    fileprivate var json: JSON {
        .record([
            "name": .string(name),
            "use": .text(use.rawValue),
            "kind": .text(kind.rawValue),
            "at": .string(place),
            "sha256": sha256.map { .text($0.hex) },
            "size": .count(size),
            "files": .count(files),
            "directory": directory.json,
        ])
    }

    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.string, let place = json["at"]?.string,
            let use = (json["use"]?.string).flatMap({ use in
                Recipe.Input.Use.allCases.first { use == ByteString($0.rawValue) }
            }),
            let kind = (json["kind"]?.string).flatMap({ kind in
                Recipe.Input.Kind.allCases.first { kind == ByteString($0.rawValue) }
            }),
            let size = json["size"]?.natural, let files = json["files"]?.natural,
            let directory = MerkleDigest(json["directory"])
        else { return nil }
        (self.name, self.place, self.use, self.kind) = (name, place, use, kind)
        (self.size, self.files, self.directory) = (size, files, directory)
        sha256 = (json["sha256"]?.string).flatMap { Digest(hex: $0.bytes) }
    }
}

extension MerkleDigest {
    var json: JSON { .record(["sha256": .text(sha256.hex), "size": .count(size)]) }

    init?(_ json: JSON?) {
        guard let sha256 = (json?["sha256"]?.string).flatMap({ Digest(hex: $0.bytes) }),
            let size = json?["size"]?.natural
        else { return nil }
        self.init(sha256: sha256, size: size)
    }
}

extension JSON {
    /// A whole number that is not negative.
    fileprivate var natural: UInt64? { integer.flatMap { UInt64(exactly: $0) } }
}
