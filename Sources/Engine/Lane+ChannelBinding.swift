public import SASL
public import Transport

extension Lane {
    /// The first of these bindings that the connection has.
    public func channelBinding(_ kinds: [ChannelBinding.Kind], of connection: ConnectionID) -> ChannelBinding? {
        for kind in kinds {
            if let data = channelBinding(kind.rawValue, of: connection) { return ChannelBinding(kind, data: data) }
        }
        return nil
    }
}
