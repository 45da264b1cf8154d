# A headless peer, or the window for a browser, in a container: docs/service.md.
# `docker build -t peerscope .`, then `docker run -v peerscope:/data peerscope node --network NAME`

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY electron.vite.config.ts tsconfig.base.json tsconfig.types.json ./
COPY resources ./resources
COPY scripts/programs.ts ./scripts/programs.ts
COPY src ./src
RUN npm run build

# What runs, from the same lock file: without what only builds, and without the Node that the image has itself. Of what is
# optional, iroh stays, for mosaik networks.
FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
RUN rm -rf node_modules/node-linux-* node_modules/node-bin-*

FROM node:24-bookworm-slim
ENV NODE_ENV=production XDG_DATA_HOME=/data
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data /data/peerscope
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /build/out ./out
COPY package.json LICENSE README.md ./
COPY packaging/docker/health.js ./health.js
USER node
VOLUME /data
# Asks the metrics of `--metrics`, or the page of `serve --port`.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/health.js"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/out/cli/cli.cjs"]
CMD ["--help"]
