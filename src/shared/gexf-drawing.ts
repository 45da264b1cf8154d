/** How a graph is drawn, put into its GEXF file: tools such as Gephi open it with the same places, colours and sizes. Pure. */

/** The namespace of drawing in GEXF 1.3. */
export const GEXF_VIZ = 'http://gexf.net/1.3/viz'

/** How a peer is drawn. */
export interface DrawnPeer {
  /** In units of the layout; y grows upwards. */
  readonly x: number
  readonly y: number
  /** Radius in the same units. */
  readonly size: number
  /** 0xRRGGBB. */
  readonly colour: number
}

/** A node as Peerscope writes it; in attributes `<` is always escaped. */
const NODE = /<node id="([^"<>]*)"[^\n]*?(?=<\/node>)/g

/**
 * A part of a GEXF file of Peerscope with the drawing of each of its nodes.
 * @param part whole nodes
 * @param drawnOf null for a peer that is not drawn: its node stays as it is
 */
export function withDrawing(part: string, drawnOf: (peerId: string) => DrawnPeer | null): string {
  return part.replaceAll(NODE, (node, peerId: string) => {
    const drawn = drawnOf(peerId)
    return drawn === null ? node : `${node}${viz(drawn)}`
  })
}

function viz({ x, y, size, colour }: DrawnPeer): string {
  const [r, g, b] = [(colour >> 16) & 0xff, (colour >> 8) & 0xff, colour & 0xff]
  return (
    `<viz:color r="${r}" g="${g}" b="${b}"/><viz:position x="${rounded(x)}" y="${rounded(y)}" z="0"/>` +
    `<viz:size value="${rounded(size)}"/>`
  )
}

/** Two digits are more than anybody sees. */
function rounded(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(2))) : '0'
}
