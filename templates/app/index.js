// Shows that a container sees the parameters it was given.
//
// A page that prints secrets is a demonstration and nothing else: whoever can open it can read them.
// Take the route out before a real secret comes near it.
const express = require('express');

const port = Number(process.env.PORT ?? 80);
const app = express();
app.disable('x-powered-by');

app.get('/', (_request, response) => {
  response
    .type('text/plain')
    .set('Cache-Control', 'no-store')
    .send(`MY_PARAM_1: ${process.env.MY_PARAM_1}\nMY_PARAM_2: ${process.env.MY_PARAM_2}\n`);
});

app.get('/health', (_request, response) => {
  response.type('text/plain').send('ok\n');
});

const server = app.listen(port, () => {
  console.log(`listening on port ${port}`);
});

// ECS stops a task with SIGTERM and kills it 30 seconds later; Ctrl-C sends SIGINT.
// Requests that are being answered are finished first.
function stop(signal) {
  console.log(`${signal}: stopping`);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
