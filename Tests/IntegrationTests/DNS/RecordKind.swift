/// The record types that these tests ask for.
enum RecordKind: UInt16, CaseIterable {
    case a = 1
    case ns = 2
    case cname = 5
    case soa = 6
    case mx = 15
    case txt = 16
    case aaaa = 28
    case srv = 33
    case https = 65
}
