internal import ProfileModel

/// What single values look like, for those who cannot read them: editors. Each pattern matches all that its reader
/// accepts, and most of what it refuses not.
enum WrittenPattern {
    static let name = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
    static let unit = "^[A-Za-z0-9:_.\\\\@-]+\\.(service|scope|socket|mount|swap)$"
    static let slice = "^[A-Za-z0-9:_.\\\\@-]+\\.slice$"
    static let interface = "^[!-.0-9;-~]{1,15}$"
    static let domainName = "^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?$"
    static let namePattern = "^(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?$"
    static let address = "^(\(ipv4)|\(ipv6))$"
    static let prefix = "^(\(ipv4)|\(ipv6))(/[0-9]{1,3})?$"
    static let endpoint = "^(\(ipv4)|\\[\(ipv6)\\]):[0-9]{1,5}$"
    static let transportEndpoint = "^(\(ipv4)|\\[\(ipv6)\\]):[0-9]{1,5}/(tcp|udp)$"
    static let ports = "^[0-9]{1,5}(-[0-9]{1,5})?/(tcp|udp)$"
    static let `protocol` = "^([0-9]{1,3}|\(IPProtocol.names.joined(separator: "|")))$"
    static let icmp = "^(ipv[46] [0-9]{1,3}(/[0-9]{1,3})?|\(ICMPMessage.names.joined(separator: "|")))$"
    static let duration = "^[0-9]+(ms|s|m|h|d|w)$"
    static let rate = "^[0-9]+/(second|minute|hour|day)$"
    static let moment = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
    static let url = "^[Hh][Tt][Tt][Pp][Ss]://[^?#]+$"
    static let pin = "^sha256:[A-Za-z0-9+/]{43}=$"
    static let destination = "^((tcp|udp) +[^ ]+:[0-9]{1,5}|(icmp|protocol) +[^ ].* +[^ ]+ *)$"
    static let expectation = "^ *(stub|reject|drop|local|via +[^ ]+) *$"
    static let exception = "^ *(rule|path) +[^ ]+ *$"

    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    private static let ipv4 = "\(octet)(\\.\(octet)){3}"
    private static let ipv6 = "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
}
