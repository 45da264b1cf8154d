/** What notices of failures are called: never by the name of the error's class. */
const TITLES: Readonly<Record<string, string>> = {
  InvalidArgument: 'This value does not work',
  InvalidSecretKey: 'This key does not work',
  IdentityLocked: 'The identity is locked',
  PeerIdChanged: 'Another identity answered',
  LimitExceeded: 'Over a limit',
  Cancelled: 'Cancelled',
  Timeout: 'No answer in time',
  DialFailed: 'Could not connect',
  NotDialed: 'Not dialed',
  StreamFailed: 'The connection broke',
  SyncFailed: 'The sync failed',
  RateLimited: 'Too many requests',
  UnknownPeer: 'This peer is not known',
  UnknownFile: 'File no longer available',
  ListenFailed: 'Could not listen',
  DhtFailed: 'The DHT failed',
  NotJoined: 'No network is joined',
  AlreadyJoined: 'A network is joined already',
  StoreFailed: 'The data folder does not work',
  StoreCorrupt: 'The database is damaged',
  StoreFromNewerVersion: 'The data is of a newer Peerscope',
  StoreInUse: 'The data folder is in use',
  Unavailable: 'Peerscope does not answer',
  DemoFailed: 'The demo did not start',
}

/** The title of a failure by its code. */
export function failureTitle(code: string): string {
  return Object.hasOwn(TITLES, code) ? (TITLES[code] ?? GENERAL) : GENERAL
}

const GENERAL = 'Something went wrong'
