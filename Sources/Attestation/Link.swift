import Bytes
import Findings

/// An identical comparison as a legacy in-toto link, for `in-toto-verify`: a layout demands that
/// the links of several rebuilders have the same products.
public struct Link: Hashable, Sendable {
    /// The step of the layout, as `rebuild`.
    public let step: ByteString
    /// The declared inputs.
    public let materials: [Predicate.Resource]
    /// The artifact, under the last part of its name: rebuilders have it in different folders.
    public let product: Predicate.Resource

    /// The link of a comparison.
    ///
    /// - Throws: ``AttestationError`` with code `unfit` unless two files are identical: a link has
    ///   no word for anything else. Also for a step that is no part of a file's name, and for two
    ///   inputs of one name.
    public init(_ predicate: Predicate, step: ByteString) throws(AttestationError) {
        guard predicate.verdict == .identical, predicate.build.kind == .file,
            !predicate.isSameFile, predicate.basis != .digestOnly
        else {
            throw AttestationError(
                .unfit,
                "only two files that are identical can be stated as a link; sign the comparison")
        }
        let isName = step.bytes.allSatisfy {
            $0 == 0x2d || $0 == 0x5f || (0x30...0x39).contains($0) || (0x61...0x7a).contains($0)
                || (0x41...0x5a).contains($0)
        }
        guard isName, !step.isEmpty else {
            throw AttestationError(
                .unfit, "a step's name has ASCII letters, digits, hyphens and underscores only")
        }
        let inputs = predicate.inputs ?? []
        guard Set(inputs.map(\.name)).count == inputs.count else {
            throw AttestationError(.unfit, "two inputs have one name, which a link cannot state")
        }
        self.step = step
        materials = inputs
        let name = predicate.build.name.bytes.split(separator: UInt8(ascii: "/")).last ?? []
        product = Predicate.Resource(name: ByteString(name), sha256: predicate.build.sha256)
    }

    /// The link as JSON, of the type `link`.
    public var json: JSON {
        func entry(_ resource: Predicate.Resource) -> JSON.Entry {
            JSON.Entry(resource.name, resource.sha256.digestSet)
        }
        return .record([
            "_type": .text("link"), "name": .string(step), "command": .array([]),
            "materials": .object(materials.map(entry)), "products": .object([entry(product)]),
            "byproducts": .record([:]), "environment": .record([:]),
        ])
    }

    /// The link of a comparison whose subjects were hashed.
    ///
    /// - Throws: ``AttestationError`` as ``init(_:step:)``, and with code `unfit` if the subjects
    ///   are not what was compared.
    public init(
        _ predicate: Predicate, subjects: [Subject], step: ByteString
    ) throws(AttestationError) {
        // Checks the subjects.
        _ = try Statement(predicate, subjects: subjects)
        try self.init(predicate, step: step)
    }

    /// What `in-toto-verify` calls the file of a link that a key signed: the step and the first
    /// eight digits of the key ID.
    public static func fileName(step: String, keyID: String) -> String {
        "\(step).\(keyID.prefix(8)).link"
    }
}

extension Envelope {
    /// An envelope that holds a link, not signed yet. Links and statements share a payload type; no
    /// reader of statements takes a link for one.
    public init(_ link: Link) {
        self.init(
            payloadType: ByteString(Statement.payloadType), payload: link.json.text(pretty: false))
    }

    /// What a link says, in one line; `nil` for any other payload.
    func linkSummary() -> String? {
        guard payloadType == ByteString(Statement.payloadType),
            let json = try? JSON.strict(payload, limits: JSON.Limits(), what: "the link"),
            json["_type"]?.string == "link", let step = json["name"]?.string,
            let products = json["products"]?.object, products.count == 1,
            let digest = products[0].value["sha256"]?.string
        else { return nil }
        return "link of the step \(step.escaped); of \(products[0].key.escaped), sha256 "
            + digest.escaped
    }
}
