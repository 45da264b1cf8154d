/** What comes of asking the router for a port (rule AD6): libp2p asks, and tells nobody what it was answered. */
import type { UPnPNATClient } from '@libp2p/upnp-nat'
import type { PortMapping, ReachabilityStatus } from '../../../../shared/reachability.ts'
import { hostClass } from '../../../../shared/reachability.ts'

/** Mappings that the status lists. */
const MAPPINGS = 16

type Gateway = Awaited<ReturnType<UPnPNATClient['getGateway']>>

/** Watches the client that talks to routers. */
export class UpnpWatch {
  readonly #now: () => number
  readonly #mappings = new Map<string, PortMapping>()
  #reason: string | null = null

  constructor(now: () => number) {
    this.#now = now
  }

  /** From now on every gateway that the client finds is watched. */
  watch(client: UPnPNATClient): void {
    const find = client.findGateways.bind(client)
    const get = client.getGateway.bind(client)
    const each = (gateway: Gateway): Gateway => this.#watched(gateway)
    client.findGateways = async function* (options) {
      for await (const gateway of find(options)) yield each(gateway)
    }
    client.getGateway = async (...given) => {
      try {
        return each(await get(...given))
      } catch (error) {
        this.#failed('the router did not answer', error)
        throw error
      }
    }
  }

  status(): ReachabilityStatus['upnp'] {
    const mappings = [...this.#mappings.values()]
    if (this.#reason === null) return { state: 'on', mappings }
    return { state: mappings.length > 0 ? 'on' : 'failed', reason: this.#reason, mappings }
  }

  #watched(gateway: Gateway): Gateway {
    const [map, externalIp] = [gateway.map.bind(gateway), gateway.externalIp.bind(gateway)]
    gateway.map = async (...given) => {
      try {
        const mapped = await map(...given)
        this.#mapped(mapped)
        return mapped
      } catch (error) {
        this.#failed('the router opened no port', error)
        throw error
      }
    }
    gateway.externalIp = async (...given) => {
      try {
        const host = await externalIp(...given)
        this.#seen(host)
        return host
      } catch (error) {
        this.#failed('the router does not tell its address', error)
        throw error
      }
    }
    return gateway
  }

  #mapped(mapped: Awaited<ReturnType<Gateway['map']>>): void {
    const internal = `${mapped.internalHost}:${mapped.internalPort}`
    this.#mappings.delete(internal)
    this.#mappings.set(internal, {
      external: `${mapped.externalHost}:${mapped.externalPort}`,
      internal,
      at: this.#now(),
    })
    if (this.#mappings.size > MAPPINGS) this.#mappings.delete(this.#mappings.keys().next().value ?? internal)
    this.#reason = null
  }

  /** The router's address, which may change. */
  #seen(host: string): void {
    if (hostClass(`/ip${host.includes(':') ? 6 : 4}/${host}`) !== 'public') {
      this.#failed('the router is behind another one', `its own address is ${host}`)
      return
    }
    for (const [internal, mapping] of this.#mappings) {
      const port = mapping.external.slice(mapping.external.lastIndexOf(':'))
      this.#mappings.set(internal, { ...mapping, external: `${host}${port}` })
    }
  }

  #failed(what: string, error: unknown): void {
    this.#reason = `${what}: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300)
  }
}
