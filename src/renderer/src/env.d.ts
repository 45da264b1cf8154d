declare module '*.css'

/** One step of ForceAtlas2 on matrices of its own layout; the package ships it without types. */
declare module 'graphology-layout-forceatlas2/iterate.js' {
  export interface IterateSettings {
    readonly linLogMode: boolean
    readonly outboundAttractionDistribution: boolean
    readonly adjustSizes: boolean
    readonly edgeWeightInfluence: number
    readonly scalingRatio: number
    readonly strongGravityMode: boolean
    readonly gravity: number
    readonly slowDown: number
    readonly barnesHutOptimize: boolean
    readonly barnesHutTheta: number
  }
  export default function iterate(settings: IterateSettings, nodes: Float32Array, edges: Float32Array): unknown
}
