/** A router on loopback that speaks as much UPnP (IGD version 2) as libp2p asks for. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const IGD = 'urn:schemas-upnp-org:device:InternetGatewayDevice:2'
const WAN = 'urn:schemas-upnp-org:service:WANIPConnection:2'

const DESCRIPTOR = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>${IGD}</deviceType><UDN>uuid:fake</UDN>
<serviceList><service><serviceType>${WAN}</serviceType><controlURL>/control</controlURL><SCPDURL>/scpd</SCPDURL>
</service></serviceList></device></root>`

/** What it is asked for. */
export interface Gateway {
  readonly url: string
  /** The actions, in order, with their bodies. */
  readonly asked: readonly { readonly action: string; readonly body: string }[]
  [Symbol.asyncDispose](): Promise<void>
}

/** @param opens whether it opens ports; `external` is the address that it says it has */
export async function startGateway(external: string, opens: boolean): Promise<Gateway> {
  const asked: { action: string; body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const action = /#(\w+)/.exec(String(request.headers['soapaction']))?.[1] ?? 'Descriptor'
      asked.push({ action, body })
      response.setHeader('content-type', 'text/xml')
      if (request.method === 'GET') return void response.end(DESCRIPTOR)
      if (action === 'AddAnyPortMapping' && !opens) {
        response.statusCode = 500
        return void response.end(
          soap(
            '<s:Fault><detail><UPnPError><errorCode>606</errorCode>' +
              '<errorDescription>Action not authorized</errorDescription></UPnPError></detail></s:Fault>',
          ),
        )
      }
      const port = /<NewExternalPort>(\d+)</.exec(body)?.[1] ?? ''
      const result =
        action === 'GetExternalIPAddress'
          ? `<NewExternalIPAddress>${external}</NewExternalIPAddress>`
          : `<NewReservedPort>${port}</NewReservedPort>`
      response.end(soap(`<u:${action}Response xmlns:u="${WAN}">${result}</u:${action}Response>`))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/igd.xml`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function soap(inner: string): string {
  return `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${inner}</s:Body></s:Envelope>`
}
