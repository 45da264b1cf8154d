/** Why Electron could not be fetched, in plain words, and the one step that helps. */
import type { ProxyEnv } from 'node:http'
import type { StartCommand } from '../start/arguments.ts'
import { DownloadError, STALL_MS, StalledError, StatusError } from './download.ts'
import { codeOf } from './place.ts'
import { proxyFor } from './proxies.ts'

/**
 * Fetches Electron again: although the last try failed a short while ago, and in place of one that does not start.
 * @param command what the user typed
 */
export function againBy(command: StartCommand): string {
  return `${command} -- --fetch-electron`
}

/** What went wrong. */
export interface Failure {
  /** A sentence fragment. */
  readonly reason: string
  /** What to do before the next try, as an order. */
  readonly step: string
  /** Whether the same is to be expected at the next start, so that it is not tried again at once. */
  readonly lasting: boolean
}

/** What the fetch was about to do. */
export interface Attempt {
  readonly proxy: ProxyEnv
  /** Where the binary is unpacked. */
  readonly electron: string
  /** Electron's download cache. */
  readonly cache: string
  /** Whether a mirror is set. */
  readonly mirror: boolean
  /** Whether the checksums were the mirror's own. */
  readonly remoteChecksums: boolean
}

const CERTIFICATE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
])
const DATE_CODES = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

/** Explains whatever was thrown while fetching. */
export function explain(error: unknown, attempt: Attempt): Failure {
  return error instanceof DownloadError && !isLocal(error.cause)
    ? explainDownload(error, attempt)
    : explainLocal(error instanceof DownloadError ? error.cause : error, attempt)
}

function explainDownload({ url, cause }: DownloadError, attempt: Attempt): Failure {
  const code = codeOf(cause)
  const host = url.host
  const proxy = proxyFor(url, attempt.proxy)
  if (cause instanceof StalledError)
    return lasting(`nothing arrived from ${host} for ${STALL_MS / 1000} s`, checkTheWay(attempt))
  if (cause instanceof StatusError) return explainStatus(cause.status, cause.message, url, proxy, attempt)
  if (code === 'ERR_PROXY_TUNNEL') return explainTunnel(cause, url, proxy)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const asked = cause instanceof Error && 'hostname' in cause ? String(cause.hostname) : url.hostname
    return proxy !== null && asked === proxy.hostname
      ? passing(`the proxy ${proxy.host} was not found`, `correct ${settingOf(url)}`)
      : passing(`${asked} was not found: this computer is offline, or needs a proxy`, checkTheWay(attempt))
  }
  if (code === 'ECONNREFUSED')
    return proxy !== null && portOf(cause) === portOfUrl(proxy)
      ? passing(`the proxy ${proxy.host} refused the connection`, `start the proxy, or correct ${settingOf(url)}`)
      : passing(`${host} refused the connection`, checkTheWay(attempt))
  if (['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL'].includes(code))
    return passing(`${host} cannot be reached: this computer is offline, or needs a proxy`, checkTheWay(attempt))
  if (['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED'].includes(code)) return brokeOff(url, proxy)
  if (CERTIFICATE_CODES.has(code))
    return lasting(
      `the certificate of ${host} is not trusted (${code})`,
      "set NODE_EXTRA_CA_CERTS to the file with your organisation's certificate",
    )
  if (DATE_CODES.has(code)) return lasting(`the certificate of ${host} is not valid now (${code})`, 'check the clock')
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return lasting(`${host} showed the certificate of another host`, checkTheWay(attempt))
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
    return lasting(`no secure connection to ${host} (${code})`, checkTheWay(attempt))
  if (code === 'ERR_INVALID_PROTOCOL')
    return lasting(
      `only http and https mirrors work, and this is ${urlOf(url)}`,
      'correct ELECTRON_MIRROR, or let ELECTRON_OVERRIDE_DIST_PATH name the folder of an unpacked Electron',
    )
  return passing(`the download of ${urlOf(url)} failed: ${messageOf(cause)}`, checkTheWay(attempt))
}

function explainStatus(status: number, message: string, url: URL, proxy: URL | null, attempt: Attempt): Failure {
  if (status === 407) return asksForPassword(url, proxy)
  const reason = `${urlOf(url)} answered ${message.trim()}`
  // Their own fault, and for a while only.
  if (status >= 500 || status === 429 || status === 408) return passing(reason, 'wait a while')
  return lasting(reason, attempt.mirror ? 'correct ELECTRON_MIRROR' : checkTheWay(attempt))
}

function explainTunnel(cause: unknown, url: URL, proxy: URL | null): Failure {
  const status = cause instanceof Error && 'statusCode' in cause ? Number(cause.statusCode) : 0
  if (status === 407) return asksForPassword(url, proxy)
  if (!(status > 0)) return brokeOff(url, proxy)
  return lasting(
    `the proxy ${proxy?.host ?? ''} did not connect to ${url.host} (it answered ${status})`,
    `correct ${settingOf(url)}`,
  )
}

function brokeOff(url: URL, proxy: URL | null): Failure {
  if (proxy === null) return passing(`the connection to ${url.host} broke off`, 'check the network')
  return passing(
    `the connection to ${url.host} through the proxy ${proxy.host} broke off`,
    `check the network and whether the proxy lets ${url.hostname} through, or correct ${settingOf(url)}`,
  )
}

function asksForPassword(url: URL, proxy: URL | null): Failure {
  if (proxy !== null && (proxy.username !== '' || proxy.password !== ''))
    return lasting(
      `the proxy ${proxy.host} refused the user name and password that it was given`,
      `correct them in ${settingOf(url)} (special characters as %40 for @, %3A for :)`,
    )
  return lasting(
    `the proxy${proxy === null ? '' : ` ${proxy.host}`} asks for a user name and password`,
    `put them into ${settingOf(url)}, as http://NAME:PASSWORD@HOST:PORT`,
  )
}

/** What has nothing to do with the network. */
function explainLocal(error: unknown, { electron, cache, mirror, remoteChecksums }: Attempt): Failure {
  const code = codeOf(error)
  const name = error instanceof Error ? error.constructor.name : ''
  // The unpacker has the system's number in its message only: 28 is ENOSPC, 112 is Windows' ERROR_DISK_FULL.
  if (code === 'ENOSPC' || code === 'EDQUOT' || /\(os error (28|112)\)/.test(messageOf(error)))
    return passing('the disk is full', 'free 500 MB')
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const path = error instanceof Error && 'path' in error ? String(error.path) : electron
    if (path.startsWith(cache))
      return passing(`${cache} cannot be written`, 'set electron_config_cache to another folder')
    return passing(
      `${electron} cannot be written by this user`,
      process.platform === 'win32'
        ? 'close other Peerscopes and run npm install as this user'
        : 'make it yours with sudo chown -R "$(id -u)" node_modules',
    )
  }
  // Errors of sumchecker, which @electron/get verifies with; they have no code.
  if (name === 'ChecksumMismatchError')
    return lasting(
      remoteChecksums
        ? "what was downloaded does not fit the checksum in the mirror's SHASUMS256.txt"
        : 'what was downloaded is not what Electron published: its checksum differs',
      mirror ? 'correct ELECTRON_MIRROR' : 'find out what changes downloads on the way (a proxy, a virus scanner)',
    )
  if (name === 'NoChecksumFoundError')
    return lasting('there is no checksum for that file', 'unset ELECTRON_CUSTOM_FILENAME and npm_config_arch')
  if (code === 'ERR_INVALID_URL') return lasting('the address of the mirror is not a URL', 'correct ELECTRON_MIRROR')
  return passing(`Electron could not be unpacked: ${messageOf(error)}`, 'reinstall it with npm ci')
}

/** Whether it is about this computer although it happened during the download: the file could not be written. */
function isLocal(cause: unknown): boolean {
  return (
    ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EIO'].includes(codeOf(cause)) && portOf(cause) === null
  )
}

function checkTheWay({ proxy, mirror }: Attempt): string {
  if (mirror) return 'check the network and ELECTRON_MIRROR'
  return Object.keys(proxy).some((name) => name !== 'no_proxy')
    ? 'check the network and the proxy'
    : 'check the network, and set HTTPS_PROXY where there is a proxy'
}

function lasting(reason: string, step: string): Failure {
  return { reason, step, lasting: true }
}

function passing(reason: string, step: string): Failure {
  return { reason, step, lasting: false }
}

/** The step, and what to run then. @param command what the user typed */
export function mendOf({ step, lasting }: Pick<Failure, 'step' | 'lasting'>, command: StartCommand): string {
  return `${step}, then run ${lasting ? againBy(command) : command}`
}

/** Where the proxy for such a URL is set. */
function settingOf({ protocol }: URL): string {
  return protocol === 'https:' ? "HTTPS_PROXY or npm's https-proxy" : "HTTP_PROXY or npm's proxy"
}

function portOf(error: unknown): number | null {
  return error instanceof Error && 'port' in error ? Number(error.port) : null
}

function portOfUrl({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

function urlOf(url: URL): string {
  // Made of parts without the user name and password. The origin of a file is null.
  return `${url.protocol}//${url.host}${url.pathname}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 200) : String(error)
}
