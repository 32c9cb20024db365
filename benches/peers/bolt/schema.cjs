module.exports = `
CREATE TABLE IF NOT EXISTS requests(id text PRIMARY KEY, requester text, resource text, role text, state text NOT NULL,
  step int NOT NULL, got int NOT NULL, deadline bigint, created bigint);
CREATE TABLE IF NOT EXISTS decisions(request text, step int, person text, verdict text, at bigint, PRIMARY KEY(request, step, person));
CREATE INDEX IF NOT EXISTS due ON requests(deadline) WHERE state = 'pending';
`
