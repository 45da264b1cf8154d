/** Which proxy to use: the environment's settings, then npm's own. */
import type { ProxyEnv } from 'node:http'
import { BlockList, isIPv4 } from 'node:net'

type Env = Readonly<Record<string, string | undefined>>

/** Proxy settings in the form that Node's HTTP agents take as `proxyEnv`. */
export interface Proxies {
  readonly env: ProxyEnv
  /** Proxies that were asked for and cannot be used, without user name and password, and why as a sentence. */
  readonly unusable: readonly { readonly proxy: string; readonly why: string }[]
}

/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY in upper or lower case. npm hands its settings `proxy`, `https-proxy` and `noproxy`
 * to its scripts as `npm_config_*`; like npm itself, each of the first two also serves the other protocol where that has no
 * proxy of its own. What is set for one run (the environment) comes before what is set for all (npm).
 */
export function proxiesOf(env: Env): Proxies {
  const npmHttp = env['npm_config_proxy']
  const npmHttps = env['npm_config_https_proxy']
  const http = first(env['http_proxy'], env['HTTP_PROXY'], npmHttp, npmHttps)
  const https = first(env['https_proxy'], env['HTTPS_PROXY'], npmHttps, npmHttp)
  const usable = (proxy: string | undefined): proxy is string => proxy !== undefined && troubleOf(proxy) === null
  const unusable = [...new Set([http, https])].flatMap((proxy) => {
    const why = proxy === undefined ? null : troubleOf(proxy)
    return proxy === undefined || why === null ? [] : [{ proxy: withoutPassword(proxy), why }]
  })
  const bypass = bypassOf(env)
  return {
    env: {
      ...(usable(http) ? { http_proxy: http } : {}),
      ...(usable(https) ? { https_proxy: https } : {}),
      ...(bypass.length > 0 ? { no_proxy: bypass.join(',') } : {}),
    },
    unusable,
  }
}

/** Why a proxy cannot be used; null for one that can. */
function troubleOf(proxy: string): string | null {
  if (!/^https?:\/\//i.test(proxy)) return 'It must begin with http:// or https://.'
  if (URL.canParse(proxy)) return null
  const port = /:([^:/@\]]*)\/?$/.exec(withoutPassword(proxy).replace(/^https?:\/\//i, ''))?.[1]
  return port !== undefined && !(Number(port) <= 65_535)
    ? 'Its port must be a number up to 65535.'
    : 'It must be a URL, such as http://HOST:PORT.'
}

/** The proxy that Node asks for a URL; null where it reaches the host directly. @param env as {@link proxiesOf} makes it */
export function proxyFor(url: URL, env: ProxyEnv): URL | null {
  const setting = url.protocol === 'https:' ? env['https_proxy'] : env['http_proxy']
  if (setting === undefined || !URL.canParse(setting)) return null
  return (env['no_proxy'] ?? '').split(',').some((entry) => bypasses(entry, url)) ? null : new URL(setting)
}

/** Whether an entry of `no_proxy`, in the forms that Node takes, is about the host of a URL. */
function bypasses(entry: string, { hostname, host }: URL): boolean {
  if (entry === '*' || entry === hostname || entry === host) return true
  if (/^\*?\./.test(entry)) return hostname.endsWith(entry.replace(/^\*/, ''))
  const [first = '', last = ''] = entry.split('-')
  if (![first, last, hostname].every((address) => isIPv4(address))) return false
  const range = new BlockList()
  range.addRange(first, last)
  return range.check(hostname)
}

/** A URL, or what should be one, without user name and password. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z][\w+.-]*:\/\/)?.*@/is, '$1')
}

/** The first that is set; `host:port` is read as `http://host:port`, as curl and npm do. */
function first(...settings: (string | undefined)[]): string | undefined {
  const setting = settings.map((value) => value?.trim()).find((value) => value !== undefined && value !== '')
  if (setting === undefined || setting === 'null') return undefined
  return setting.includes('://') ? setting : `http://${setting}`
}

/** Node matches `example.com` alone, curl and npm its subdomains too: here they are meant. */
function bypassOf(env: Env): string[] {
  const lists = [env['no_proxy'] || env['NO_PROXY'], env['npm_config_noproxy']]
  const hosts = lists.flatMap((list) => (list ?? '').split(/[\s,]+/)).filter((host) => host !== '')
  const named = hosts.map((host) => host.toLowerCase().replace(/^\[(.*)\]$/, '$1'))
  const forms = (host: string): readonly string[] => {
    if (/^[a-z][a-z\d.-]*$/.test(host)) return [host, `.${host}`]
    return [rangeOf(host) ?? host]
  }
  return [...new Set(named.flatMap(forms))]
}

/** `10.0.0.0/8` and `10.*` as the range of IPv4 addresses that Node takes; null for anything else. */
function rangeOf(host: string): string | null {
  const [address = '', bits] = /^\d+(\.\d+){0,2}(\.\*)+$/.test(host)
    ? [host.replaceAll('.*', ''), null]
    : host.split('/', 2)
  if (bits === undefined) return null
  const given = address.split('.')
  const prefix = bits === null ? given.length * 8 : /^\d+$/.test(bits) ? Number(bits) : Number.NaN
  const filled = [...given, '0', '0', '0'].slice(0, 4).join('.')
  if (!isIPv4(filled) || given.length > 4 || !(prefix <= 32)) return null
  const value = filled.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
  const size = 2 ** (32 - prefix)
  const first = value - (value % size)
  return `${dotted(first)}-${dotted(first + size - 1)}`
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}
