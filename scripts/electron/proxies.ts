/** Which proxy to use: the environment's settings, then npm's own. */
import type { ProxyEnv } from 'node:http'

type Env = Readonly<Record<string, string | undefined>>

/** Proxy settings in the form that Node's HTTP agents take as `proxyEnv`. */
export interface Proxies {
  readonly env: ProxyEnv
  /** Proxies that were asked for and cannot be used, without user name and password. */
  readonly unusable: readonly string[]
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
  const usable = (proxy: string | undefined): proxy is string =>
    proxy !== undefined && /^https?:\/\//i.test(proxy) && URL.canParse(proxy)
  const unusable = [http, https].filter((proxy) => proxy !== undefined && !usable(proxy))
  const bypass = bypassOf(env)
  return {
    env: {
      ...(usable(http) ? { http_proxy: http } : {}),
      ...(usable(https) ? { https_proxy: https } : {}),
      ...(bypass.length > 0 ? { no_proxy: bypass.join(',') } : {}),
    },
    unusable: [...new Set(unusable)].map((proxy) => withoutPassword(String(proxy))),
  }
}

/** A URL, or what should be one, without user name and password. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z][\w+.-]*:\/\/)?[^/@]*@/i, '$1')
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
  return [...new Set(named.flatMap((host) => (/^[a-z][a-z\d.-]*$/.test(host) ? [host, `.${host}`] : [host])))]
}
