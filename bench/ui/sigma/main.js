import { MultiUndirectedGraph } from 'graphology'
import { Sigma } from 'sigma'
import { EdgeLineProgram } from 'sigma/rendering'

/** Sigma with a graph and nothing around it: what our renderer is measured against. */
globalThis.yardstick = {
  /** `nodes` as id, x, y; `edges` as pairs of ids. Resolves to the milliseconds until the first frame was drawn. */
  async show(nodes, edges, size) {
    const element = document.getElementById('graph')
    element.style.width = `${size.width}px`
    element.style.height = `${size.height}px`
    const from = performance.now()
    const graph = new MultiUndirectedGraph()
    for (const [id, x, y] of nodes) graph.addNode(id, { x, y, size: 3, color: '#1fae85', label: id })
    for (const [a, b] of edges)
      if (graph.hasNode(a) && graph.hasNode(b)) graph.addEdge(a, b, { color: '#47566f', size: 1 })
    const sigma = new Sigma(graph, element, { defaultEdgeType: 'line', edgeProgramClasses: { line: EdgeLineProgram } })
    this.sigma = sigma
    // It draws once while it is made; the frame after that shows it.
    await new Promise((resolve) => requestAnimationFrame(resolve))
    return { ms: performance.now() - from, nodes: graph.order, edges: graph.size }
  },
  pan(ms) {
    const camera = this.sigma.getCamera()
    return globalThis.bench.moving(ms, (step) => camera.setState({ x: 0.5 + 0.15 * (1 - Math.cos(step / 12)) }))
  },
  /** So many nodes change their colour, come and leave four times a second, in one batch each; that is how it is kindest. */
  async churn(ms, updates, comings) {
    const graph = this.sigma.getGraph()
    const until = performance.now() + ms
    let fresh = 0
    while (performance.now() < until) {
      const ids = graph.nodes()
      for (let n = 0; n < updates / 4; n++) {
        const id = ids[Math.floor(Math.random() * ids.length)]
        graph.setNodeAttribute(id, 'color', Math.random() < 0.5 ? '#6aa9ff' : '#1fae85')
      }
      for (let n = 0; n < comings / 4; n++) {
        const gone = ids[Math.floor(Math.random() * ids.length)]
        if (graph.hasNode(gone)) graph.dropNode(gone)
        const id = `fresh ${fresh++}`
        graph.addNode(id, { x: Math.random() * 100, y: Math.random() * 100, size: 3, color: '#1fae85', label: id })
        for (let edge = 0; edge < 3; edge++) {
          const other = ids[Math.floor(Math.random() * ids.length)]
          if (graph.hasNode(other)) graph.addEdge(id, other, { color: '#47566f', size: 1 })
        }
      }
      await globalThis.bench.wait(250)
    }
  },
}
