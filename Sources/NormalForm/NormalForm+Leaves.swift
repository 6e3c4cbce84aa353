import Anatomy
import Bytes
import Hashing

extension NormalForm {
    /// The form of a leaf: what its tiles say, in their order. Nothing in it is a layer of its own.
    func leaf(_ layer: Layer, _ format: Format) throws(SourceError) -> Digest {
        let dissector = try format.dissector(of: layer, engine.limits)
        var stream = RecordStream()
        stream.add("leaf", Array(format.name.utf8))
        while let part = try dissector.next() {
            switch part {
            case .carried, .content, .encoding: break
            case .fields(let run): add(run, format, to: &stream)
            case .member(let member):
                stream.add("member", member.name.bytes)
                for run in member.runs { add(run, format, to: &stream) }
                guard case .stored(let range) = member.storage else { break }
                var hash = SHA256()
                try hash.update(try layer.part(range, traits: []).reader(), whole(range))
                stream.add("content", Array(String(range.length).utf8), hash.finish().bytes)
            }
        }
        return stream.finish()
    }

    /// The run as one of its own layer.
    private func whole(_ range: ByteRange) -> ByteRange {
        ByteRange(start: 0, length: range.length)
    }

    /// Adds what a run leaves under the profile.
    private func add(_ run: FieldRun, _ format: Format, to stream: inout RecordStream) {
        for record in RunRecords(run, format: format, profile: profile).records {
            stream.add(record)
        }
    }
}
