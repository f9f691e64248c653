/// `gs2-cbind-flag` of RFC 5802 section 7.
enum SCRAMBindingFlag {
    /// `n`: the client cannot bind.
    case cannot
    /// `y`: it can, and thinks that the server cannot.
    case thinksServerCannot
    /// `p=`: it binds by the kind of this name.
    case binds(String)

    /// Nil for anything else.
    init?(_ field: some Collection<UInt8>) {
        switch String(decoding: field, as: UTF8.self) {
        case "n": self = .cannot
        case "y": self = .thinksServerCannot
        case let flag where flag.hasPrefix("p=") && flag.utf8.count > 2: self = .binds(String(flag.dropFirst(2)))
        default: return nil
        }
    }
}

/// Those of RFC 5802 section 7's `server-error-value` that are about the channel.
enum SCRAMRefusal: String, Error {
    case channelBindingsDontMatch = "channel-bindings-dont-match"
    case serverDoesSupportChannelBinding = "server-does-support-channel-binding"
    case unsupportedChannelBindingType = "unsupported-channel-binding-type"
}

extension SCRAMServer.Channel {
    /// What the login is bound to, nil for nothing; or why it is refused (RFC 5802 section 6). A flag that contradicts
    /// the mechanism's name is a malformed request.
    func check(_ flag: SCRAMBindingFlag) throws(SASLCondition) -> Result<ChannelBinding?, SCRAMRefusal> {
        switch flag {
        case .thinksServerCannot where !bindings.isEmpty:
            return .failure(.serverDoesSupportChannelBinding)
        case .cannot where !isRequired, .thinksServerCannot where !isRequired:
            return .success(nil)
        case .binds(let name) where isRequired:
            guard let binding = bindings.first(where: { $0.kind.rawValue == name }) else {
                return .failure(.unsupportedChannelBindingType)
            }
            return .success(binding)
        default:
            throw .malformedRequest
        }
    }
}
