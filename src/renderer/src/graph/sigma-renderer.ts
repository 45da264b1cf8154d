// oxlint-disable-next-line import/no-named-as-default -- its types have the class as the default only
import Graph from 'graphology'
import { Sigma } from 'sigma'
import { EdgeLineProgram, NodeCircleProgram } from 'sigma/rendering'
import type { Settings } from 'sigma/settings'
import { css } from './colours.ts'
import type { GraphListeners, GraphMarks, GraphRenderer, GraphScene, GraphTheme } from './renderer.ts'

type NodeAttributes = { x: number; y: number; size: number; color: string; label: string }
type EdgeAttributes = { color: string; size: number; zIndex: number }

const ANIMATION_MS = 180
/** Nodes up to which every label is drawn that fits. */
const LABEL_ALL = 60
/** Edges from which on they are left out while the picture moves. */
const EDGES_ON_MOVE = 6000

/** `GraphRenderer` on sigma: good up to about 2,000 nodes. Throws where there is no WebGL. */
export function createSigmaRenderer(
  container: HTMLElement,
  theme: GraphTheme,
  listeners: GraphListeners,
): GraphRenderer {
  let graph = new Graph<NodeAttributes, EdgeAttributes>({ type: 'undirected', multi: true })
  let colours = theme
  let marks: GraphMarks = { self: -1, selected: -1 }
  let following = true
  const still = globalThis.matchMedia('(prefers-reduced-motion: reduce)')

  const sigma = new Sigma<NodeAttributes, EdgeAttributes>(graph, container, {
    allowInvalidContainer: true,
    enableCameraRotation: false,
    defaultEdgeType: 'line',
    nodeProgramClasses: { circle: NodeCircleProgram },
    edgeProgramClasses: { line: EdgeLineProgram },
    zIndex: true,
    stagePadding: 48,
    minCameraRatio: 0.03,
    maxCameraRatio: 4,
    labelDensity: 0.7,
    labelGridCellSize: 110,
    labelFont: 'system-ui, sans-serif',
    labelSize: 12,
    labelWeight: '500',
    defaultDrawNodeLabel: (context, data) => drawLabel(context, data, colours, false),
    defaultDrawNodeHover: (context, data) => drawLabel(context, data, colours, true),
  })
  sigma.createCanvasContext('marks', { style: { pointerEvents: 'none' } })
  const overlay = sigma.getCanvases()['marks']?.getContext('2d') ?? null
  sigma.on('afterRender', drawMarks)
  sigma.on('clickNode', ({ node }) => listeners.onPick(Number(node)))
  sigma.on('clickStage', () => listeners.onPick(-1))
  sigma.on('enterNode', ({ node }) => listeners.onHover(Number(node)))
  sigma.on('leaveNode', () => listeners.onHover(-1))
  sigma.on('doubleClickNode', (event) => event.preventSigmaDefault())
  // Once the user moves the picture, a layout that goes on must not move it as well.
  sigma.getMouseCaptor().on('wheel', () => (following = false))
  sigma.getMouseCaptor().on('mousedown', () => (following = false))
  sigma.resize(true)

  function drawMarks(): void {
    if (overlay === null) return
    const { width, height } = sigma.getDimensions()
    overlay.clearRect(0, 0, width, height)
    ring(marks.self, colours.selfRing, 3.5)
    ring(marks.selected, colours.ring, 6.5)
  }

  function ring(slot: number, colour: string, gap: number): void {
    const data = slot < 0 ? undefined : sigma.getNodeDisplayData(String(slot))
    if (overlay === null || data === undefined) return
    const { x, y } = sigma.framedGraphToViewport(data)
    overlay.beginPath()
    overlay.arc(x, y, sigma.scaleSize(data.size) + gap, 0, 2 * Math.PI)
    overlay.lineWidth = 2
    overlay.strokeStyle = colour
    overlay.stroke()
  }

  function follow(scene: GraphScene): void {
    if (following || sigma.getCustomBBox() === null) sigma.setCustomBBox(bounds(scene))
  }

  function set(settings: Partial<Settings<NodeAttributes, EdgeAttributes>>): void {
    sigma.setSettings(settings)
  }

  return {
    setStructure(scene) {
      graph = new Graph<NodeAttributes, EdgeAttributes>({ type: 'undirected', multi: true })
      let count = 0
      for (let slot = 0; slot < scene.slots; slot++) {
        if (scene.live[slot] !== 1) continue
        count++
        graph.addNode(String(slot), {
          x: scene.positions[slot * 2] ?? 0,
          y: scene.positions[slot * 2 + 1] ?? 0,
          size: scene.sizes[slot] ?? 4,
          color: css(scene.colours[slot] ?? 0),
          label: labelOf(scene, slot),
        })
      }
      for (let pair = 0; pair < scene.edges.length / 2; pair++) {
        graph.addEdgeWithKey(String(pair), scene.edges[pair * 2], scene.edges[pair * 2 + 1], edgeOf(scene, pair))
      }
      follow(scene)
      set({
        labelRenderedSizeThreshold: count <= LABEL_ALL ? 0 : 7,
        hideEdgesOnMove: scene.edges.length / 2 > EDGES_ON_MOVE,
      })
      sigma.setGraph(graph)
    },
    setPositions(scene) {
      follow(scene)
      graph.updateEachNodeAttributes(
        (node, attributes) => {
          const slot = Number(node)
          attributes.x = scene.positions[slot * 2] ?? 0
          attributes.y = scene.positions[slot * 2 + 1] ?? 0
          return attributes
        },
        { attributes: ['x', 'y'] },
      )
    },
    setAppearance(scene) {
      graph.updateEachNodeAttributes(
        (node, attributes) => {
          const slot = Number(node)
          attributes.color = css(scene.colours[slot] ?? 0)
          attributes.size = scene.sizes[slot] ?? 4
          attributes.label = labelOf(scene, slot)
          return attributes
        },
        { attributes: ['color', 'size', 'label'] },
      )
      graph.updateEachEdgeAttributes((edge) => edgeOf(scene, Number(edge)), { attributes: ['color', 'zIndex'] })
    },
    setMarks(next) {
      marks = next
      sigma.scheduleRender()
    },
    setTheme(next) {
      colours = next
      sigma.scheduleRender()
    },
    fit() {
      following = true
      sigma.setCustomBBox(null)
      sigma.refresh({ schedule: true })
      moveTo({ x: 0.5, y: 0.5, ratio: 1 })
    },
    zoom(factor) {
      following = false
      moveTo({ ratio: sigma.getCamera().getBoundedRatio(sigma.getCamera().ratio / factor) })
    },
    reveal(slot) {
      const data = sigma.getNodeDisplayData(String(slot))
      if (data === undefined) return
      const { x, y } = sigma.framedGraphToViewport(data)
      const { width, height } = sigma.getDimensions()
      if (x < 24 || y < 24 || x > width - 24 || y > height - 24) {
        following = false
        moveTo({ x: data.x, y: data.y })
      }
    },
    destroy: () => sigma.kill(),
  }

  function moveTo(state: { x?: number; y?: number; ratio?: number }): void {
    if (still.matches) sigma.getCamera().setState(state)
    else void sigma.getCamera().animate(state, { duration: ANIMATION_MS })
  }
}

/** Dimmed nodes carry no label: the eye is to find the others. */
function labelOf(scene: GraphScene, slot: number): string {
  return scene.dimmed[slot] === 1 ? '' : (scene.labels[slot] ?? '')
}

function edgeOf(scene: GraphScene, pair: number): EdgeAttributes {
  return { color: css(scene.edgeColours[pair] ?? 0), size: 1, zIndex: scene.edgeRaised[pair] ?? 0 }
}

/** The box around all live nodes, never empty. */
function bounds(scene: GraphScene): { x: [number, number]; y: [number, number] } {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let slot = 0; slot < scene.slots; slot++) {
    if (scene.live[slot] !== 1) continue
    const x = scene.positions[slot * 2] ?? 0
    const y = scene.positions[slot * 2 + 1] ?? 0
    left = Math.min(left, x)
    right = Math.max(right, x)
    bottom = Math.min(bottom, y)
    top = Math.max(top, y)
  }
  if (left > right) return { x: [-1, 1], y: [-1, 1] }
  const room = Math.max(20 - (right - left), 20 - (top - bottom), 0) / 2
  return { x: [left - room, right + room], y: [bottom - room, top + room] }
}

interface Labelled {
  readonly label: string | null
  readonly x: number
  readonly y: number
  readonly size: number
}

function drawLabel(context: CanvasRenderingContext2D, data: Labelled, theme: GraphTheme, hovered: boolean): void {
  const label = data.label ?? ''
  if (label === '') return
  context.font = `${hovered ? 600 : 500} 12px system-ui, sans-serif`
  const x = data.x + data.size + 5
  const y = data.y + 4
  if (hovered) {
    context.beginPath()
    context.arc(data.x, data.y, data.size + 3, 0, 2 * Math.PI)
    context.strokeStyle = theme.ring
    context.lineWidth = 2
    context.stroke()
  }
  // A halo of the background keeps the text legible over edges.
  context.lineWidth = hovered ? 6 : 3
  context.lineJoin = 'round'
  context.strokeStyle = theme.background
  context.strokeText(label, x, y)
  context.fillStyle = theme.label
  context.fillText(label, x, y)
}
