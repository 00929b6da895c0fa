// Everything the page does. Text from documents and models is only ever set as text, never as HTML.

const $ = (id) => document.getElementById(id);

/** Headers with the key, which lives nowhere but in its field. */
function headers(more = {}) {
  const key = $('key')?.value.trim();
  return key ? { ...more, Authorization: `Bearer ${key}` } : more;
}

/** Sends a request; what is not a success becomes an error with the problem's own words. */
async function send(path, body, options = {}) {
  const json = !(body instanceof FormData);
  const response = await fetch(path, {
    method: 'POST',
    headers: headers(json ? { 'Content-Type': 'application/json' } : {}),
    body: json ? JSON.stringify(body) : body,
    ...options,
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? problem.title ?? `The service answered ${response.status}.`);
}

/** Yields the events of a stream of server-sent events. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event && data) yield { event, data: JSON.parse(data) };
    }
  }
}

function say(text, bad = false) {
  $('usage').textContent = text;
  $('usage').classList.toggle('bad', bad);
}

/** Writes the answer; `[2]` becomes a link to the second source. */
function showAnswer(text) {
  const parts = text.split(/(\[\d+\])/).map((part) => {
    const number = /^\[(\d+)\]$/.exec(part)?.[1];
    if (!number || !$(`source-${number}`)) return part;
    const link = document.createElement('a');
    link.href = `#source-${number}`;
    link.textContent = part;
    return link;
  });
  $('answer').replaceChildren(...parts);
  $('answer').hidden = false;
}

function showSources(sources) {
  const items = sources.map(({ number, source, score, text }) => {
    const item = document.createElement('li');
    item.id = `source-${number}`;
    const details = document.createElement('details');
    const summary = document.createElement('summary');
    summary.textContent = `[${number}] ${source} (similarity ${score.toFixed(2)})`;
    const passage = document.createElement('pre');
    passage.textContent = text;
    details.append(summary, passage);
    item.append(details);
    return item;
  });
  $('sources').replaceChildren(...items);
}

/** Asks and shows the answer while it arrives. */
async function ask(question, signal) {
  let answer = '';
  let complete = false;
  const response = await send('/v1/query/stream', { question }, { signal });
  for await (const { event, data } of events(response)) {
    if (event === 'sources') showSources(data.sources);
    if (event === 'token') showAnswer((answer += data.text));
    if (event === 'error') throw new Error(data.detail);
    if (event === 'done') {
      complete = true;
      say(`${data.usage.prompt_tokens} tokens read, ${data.usage.completion_tokens} written`);
    }
  }
  if (!complete) throw new Error('The answer was cut off.');
}

let running;

$('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  running = new AbortController();
  $('send').disabled = true;
  $('stop').hidden = false;
  showSources([]);
  $('answer').replaceChildren();
  say('Searching…');
  try {
    await ask($('question').value, running.signal);
  } catch (error) {
    say(error.name === 'AbortError' ? 'Stopped.' : error.message, error.name !== 'AbortError');
  } finally {
    $('send').disabled = false;
    $('stop').hidden = true;
  }
});

$('stop').addEventListener('click', () => running?.abort());
$('access')?.addEventListener('submit', (event) => event.preventDefault());

// A link to a source opens it.
addEventListener('hashchange', () => {
  const details = document.querySelector(`${location.hash} details`);
  if (details) details.open = true;
});

/** Connects a form that adds a document; `body` makes what is sent. */
function adds(form, body) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    const item = document.createElement('li');
    $('added').prepend(item);
    item.textContent = 'Adding…';
    button.disabled = true;
    try {
      const added = await (await send('/v1/documents', body())).json();
      const state = added.created ? 'added' : 'was there already';
      const passages = added.chunks === 1 ? '1 passage' : `${added.chunks} passages`;
      item.textContent = `${added.source}: ${state}, ${passages}`;
      form.reset();
    } catch (error) {
      item.textContent = error.message;
      item.classList.add('bad');
    } finally {
      button.disabled = false;
    }
  });
}

adds($('upload'), () => {
  const form = new FormData();
  form.append('file', $('file').files[0]);
  return form;
});
adds($('paste'), () => ({ text: $('text').value, source: $('source').value.trim() || 'pasted text' }));
