import { KIND_OPACITY } from './colours.ts'
import { NO_SLOT } from './renderer.ts'

/** Width of the texture that holds the nodes, in texels; a slot is at x = slot % width, y = slot / width. */
export const NODES_WIDTH = 1024
const SHIFT = 10

/** Each texel: x, y, radius, and 0 for a free slot, 1 for a node, 2 for a dimmed one. */
const COMMON = `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D u_nodes;
uniform vec4 u_camera;
const vec4 OUTSIDE = vec4(2.0, 2.0, 2.0, 1.0);
vec4 node(uint slot) { return texelFetch(u_nodes, ivec2(int(slot) & ${NODES_WIDTH - 1}, int(slot) >> ${SHIFT}), 0); }
vec2 place(vec2 at) { return at * u_camera.xy + u_camera.zw; }
`

/** Discs. One point a slot; only those of the state `u_state`, so that dimmed ones lie below. */
export const NODE_VERTEX = `${COMMON}
layout(location = 0) in vec4 a_colour;
uniform float u_size;
uniform float u_state;
uniform vec3 u_background;
uniform float u_dim;
out vec3 v_colour;
out float v_half;
void main() {
  vec4 it = node(uint(gl_VertexID));
  if (it.w != u_state) { gl_Position = OUTSIDE; gl_PointSize = 1.0; return; }
  gl_Position = vec4(place(it.xy), 0.0, 1.0);
  float radius = max(it.z * u_size, 1.0);
  v_half = radius + 1.0;
  gl_PointSize = 2.0 * v_half;
  v_colour = u_state > 1.5 ? mix(a_colour.rgb, u_background, u_dim) : a_colour.rgb;
}`

export const NODE_FRAGMENT = `#version 300 es
precision highp float;
in vec3 v_colour;
in float v_half;
uniform vec3 u_background;
uniform float u_rim;
out vec4 o_colour;
void main() {
  float away = length(gl_PointCoord * 2.0 - 1.0) * v_half;
  float cover = clamp(v_half - 0.5 - away, 0.0, 1.0);
  if (cover <= 0.0) discard;
  // A rim in the background's colour keeps discs that overlap apart.
  float inside = clamp(v_half - 0.5 - u_rim - away, 0.0, 1.0);
  o_colour = vec4(mix(u_background, v_colour, inside) * cover, cover);
}`

/** One triangle over all of the view. */
export const VEIL_VERTEX = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }`

export const VEIL_FRAGMENT = `#version 300 es
precision highp float;
uniform vec4 u_colour;
out vec4 o_colour;
void main() { o_colour = u_colour; }`

const EDGE_COMMON = `
layout(location = 0) in uvec2 a_edge;
uniform vec3 u_kinds[4];
uniform float u_alpha;
uniform float u_faded;
uniform float u_passing;
bool outside(vec4 it) { return any(greaterThan(abs(place(it.xy)), vec2(1.0))); }
out vec4 v_colour;
out float v_along;
flat out int v_kind;
const uint NONE = ${NO_SLOT}u;
const float KINDS[4] = float[](${KIND_OPACITY.map((one) => one.toFixed(2)).join(', ')}, 1.0);
void paint(int kind, vec4 from, vec4 to) {
  v_kind = kind;
  float alpha = u_alpha * (outside(from) && outside(to) ? u_passing : 1.0) * (from.w > 1.5 || to.w > 1.5 ? u_faded : 1.0) * KINDS[kind];
  alpha = min(alpha, 1.0);
  v_colour = vec4(u_kinds[kind] * alpha, alpha);
}
`

/** Lines of one pixel: two vertices a pair, each with its own slot, and the other one with the kind in the top byte. */
export const LINE_VERTEX = `${COMMON}${EDGE_COMMON}
uniform vec2 u_view;
void main() {
  uint own = a_edge.x;
  uint other = a_edge.y & NONE;
  if (own == NONE) { gl_Position = OUTSIDE; return; }
  vec4 from = node(own);
  vec4 to = node(other);
  gl_Position = vec4(place(from.xy), 0.0, 1.0);
  paint(int(a_edge.y >> 24), from, to);
  v_along = (gl_VertexID & 1) == 0 ? 0.0 : length((to.xy - from.xy) * u_camera.xy * u_view);
}`

export const LINE_FRAGMENT = `#version 300 es
precision highp float;
in vec4 v_colour;
in float v_along;
flat in int v_kind;
uniform float u_dash;
out vec4 o_colour;
void main() {
  if (v_kind == 2 && fract(v_along / u_dash) > 0.55) discard;
  o_colour = v_colour;
}`

/** Lines with a width and smooth borders: six vertices a pair, two triangles. */
export const BAND_VERTEX = `${COMMON}${EDGE_COMMON}
uniform vec2 u_view;
uniform float u_width;
uniform int u_override;
out float v_across;
void main() {
  if (a_edge.x == NONE) { gl_Position = OUTSIDE; return; }
  vec4 from = node(a_edge.x);
  vec4 to = node(a_edge.y & NONE);
  vec2 a = place(from.xy) * u_view;
  vec2 b = place(to.xy) * u_view;
  float span = length(b - a);
  vec2 along = span > 0.0 ? (b - a) / span : vec2(1.0, 0.0);
  int corner = gl_VertexID % 6;
  bool end = corner == 1 || corner == 3 || corner == 4;
  float side = corner == 0 || corner == 1 || corner == 3 ? 1.0 : -1.0;
  float half_ = u_width * 0.5 + 0.75;
  vec2 at = (end ? b : a) + vec2(-along.y, along.x) * side * half_;
  gl_Position = vec4(at / u_view, 0.0, 1.0);
  v_across = side * half_;
  v_along = end ? span : 0.0;
  int kind = int(a_edge.y >> 24);
  paint(kind, from, to);
  if (u_override >= 0) v_colour = vec4(u_kinds[u_override], 1.0);
}`

export const BAND_FRAGMENT = `#version 300 es
precision highp float;
in vec4 v_colour;
in float v_along;
in float v_across;
flat in int v_kind;
uniform float u_dash;
uniform float u_width;
out vec4 o_colour;
void main() {
  if (v_kind == 2 && fract(v_along / u_dash) > 0.55) discard;
  float cover = clamp(u_width * 0.5 + 0.5 - abs(v_across), 0.0, 1.0);
  o_colour = v_colour * cover;
}`
