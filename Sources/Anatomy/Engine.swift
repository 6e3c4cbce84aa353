import Bytes

/// What taking one side apart needs: the formats, the limits, and a place to keep bytes.
public struct Engine: Sendable {
    /// The formats, in the order in which they are tried.
    public let formats: [Format]
    /// What the artifact may demand.
    public let limits: Limits
    /// Where bytes wait that are needed again.
    public let spool: Spool
    /// What the artifact has demanded so far.
    public let meter: Meter

    /// An engine for one artifact.
    ///
    /// - Parameter clock: seconds since the beginning, for the limit on time.
    public init(
        formats: [Format], limits: Limits, spool: Spool, artifactSize: UInt64,
        clock: (@Sendable () -> UInt64)? = nil
    ) {
        self.formats = formats
        self.limits = limits
        self.spool = spool
        meter = Meter(limits, artifactSize: artifactSize, clock: clock)
    }

    /// A layer of a whole source.
    public func layer(_ source: any RandomSource) -> Layer { Layer(source, spool: spool) }

    /// The format of a layer, by its first bytes; `nil` for opaque bytes. A leaf must be parsed as
    /// a whole too, or the next format is tried.
    ///
    /// - Parameters:
    ///   - depth: how many layers the artifact has around this one. A leaf ends there anyway.
    ///   - opensLeaf: whether a leaf of a format is of interest; it is opaque otherwise. A stream
    ///     that may be a leaf is kept, up to ``Format/leafSize``.
    /// - Throws: ``SourceError`` with code `limit` for a container that lies too deep.
    public func recognize(
        _ layer: Layer, depth: Int, opensLeaf: (Format) -> Bool = { _ in true }
    ) throws(SourceError) -> Format? {
        guard !layer.traits.contains(.opaque) else { return nil }
        let start = try layer.start(Format.lookahead)
        for format in formats where format.matches(start) {
            if format.shape == .leaf {
                guard opensLeaf(format), try isLeaf(layer, format) else { continue }
                return format
            }
            guard depth < limits.depth else {
                throw SourceError(
                    .limit, at: 0,
                    "containers lie more than \(limits.depth) deep; raise --max-depth to go on")
            }
            return format
        }
        return nil
    }

    /// Whether a layer that begins like a leaf is one. What the format refuses is not unread, but a
    /// layer that cannot be read is.
    private func isLeaf(_ layer: Layer, _ format: Format) throws(SourceError) -> Bool {
        guard try layer.settle(atMost: Format.leafSize) else { return false }
        do throws(SourceError) {
            _ = try format.dissect(layer, limits)
            return true
        } catch {
            if error.code == .io || error.code == .changed { throw error }
            return false
        }
    }

    /// The content of a member that `dissector` has just announced, as a layer.
    ///
    /// A stored run of a random layer is a run of it. Else the layer is the live stream of the
    /// dissector, which must be read before its next step, and can be made again if `layer` can.
    ///
    /// - Parameters:
    ///   - index: how many members `dissector` announced before this one.
    ///   - readsAhead: whether a thread of its own decodes; it ends before the next step.
    public func content(
        of member: Member, index: Int, in layer: Layer, format: Format,
        dissector: any Dissector, readsAhead: Bool = false
    ) throws(SourceError) -> Content {
        let traits = format.shape == .compressed ? layer.traits : member.traits
        if case .stored(let range) = member.storage, layer.base != nil {
            return Content(layer: layer.part(range, traits: traits), prefetch: nil)
        }
        let live = MeteredSource(try dissector.open(), meter)
        let ahead = readsAhead ? PrefetchSource(live) : nil
        let again = repeater(of: member, index: index, in: layer, format: format)
        return Content(
            layer: Layer(live: ahead ?? live, again: again, spool: spool, traits: traits),
            prefetch: ahead)
    }

    /// How to make a member's content again: by the dissector's own way if it has one, else by
    /// walking the container once more up to the member. `nil` if the container is a stream that is
    /// gone.
    private func repeater(
        of member: Member, index: Int, in layer: Layer, format: Format
    ) -> (() throws(SourceError) -> any Source)? {
        if let reopen = member.reopen {
            return { () throws(SourceError) in MeteredSource(try reopen(), meter) }
        }
        guard layer.isRepeatable else { return nil }
        return { () throws(SourceError) in
            let dissector = try format.dissector(of: layer, limits)
            var passed = 0
            while let part = try dissector.next() {
                guard case .member = part else { continue }
                if passed == index { return MeteredSource(try dissector.open(), meter) }
                passed += 1
            }
            throw SourceError(.changed, "a member is gone since it was read first")
        }
    }

    /// A member's content, and the thread that reads it ahead, if there is one.
    public struct Content {
        /// The content.
        public let layer: Layer
        /// Held so that it can be stopped before the dissector goes on.
        private let prefetch: PrefetchSource?

        /// - Parameter prefetch: the thread under `layer`; `nil` if nothing is read ahead.
        init(layer: Layer, prefetch: PrefetchSource?) {
            self.layer = layer
            self.prefetch = prefetch
        }

        /// Ends the reading ahead, so that the dissector can go on.
        public func finish() { prefetch?.stop() }
    }
}
