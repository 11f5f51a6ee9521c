// dockerode.
const Docker = require('dockerode');

const { NAME, IMAGE, NEXT, DOCKER_HOST, API } = process.env;
const docker = new Docker({ socketPath: DOCKER_HOST.replace('unix://', ''), version: `v${API}` });
const tell = (step, value) => console.log(JSON.stringify({ step, value }));
const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

async function running(count) {
  for (;;) {
    const tasks = await docker.listTasks({ filters: { service: [NAME], 'desired-state': ['running'] } });
    if (tasks.length === count && tasks.every((task) => task.Status.State === 'running')) return tasks;
    await pause();
  }
}

async function changed(service, change, query = {}) {
  const found = await service.inspect();
  change(found.Spec);
  return service.update({ ...found.Spec, version: found.Version.Index, ...query });
}

async function main() {
  const begun = Math.floor(Date.now() / 1000) - 60;
  const created = await docker.createService({
    Name: NAME,
    Labels: { by: 'dockerode' },
    TaskTemplate: { ContainerSpec: { Image: IMAGE, StopGracePeriod: 1e9 } },
    Mode: { Replicated: { Replicas: 2 } },
  });
  const service = docker.getService(NAME);
  tell('create', created.id.length);
  tell('list', (await docker.listServices({ filters: { name: [NAME] } })).map((each) => each.Spec.Name));
  tell('tasks', Object.keys((await running(2))[0]).sort());
  await changed(service, (spec) => { spec.TaskTemplate.ContainerSpec.Image = NEXT; });
  while (((await service.inspect()).UpdateStatus || {}).State !== 'completed') await pause();
  tell('update', (await service.inspect()).UpdateStatus.Message);
  await changed(service, (spec) => { spec.Mode.Replicated.Replicas = 3; });
  await running(3);
  const logs = await service.logs({ stdout: true, stderr: true });
  tell('logs', Buffer.isBuffer(logs));
  const until = Math.floor(Date.now() / 1000) + 1;
  const stream = await docker.getEvents({ since: begun, until, filters: { type: ['service'], service: [NAME] } });
  let text = '';
  for await (const piece of stream) text += piece;
  tell('events', text.trim().split('\n').some((line) => JSON.parse(line).Action === 'update'));
  await docker.createService({ Name: NAME, TaskTemplate: { ContainerSpec: { Image: IMAGE } } })
    .catch((error) => tell('again', [error.statusCode, error.json.message]));
  tell('nodes', [...new Set((await docker.listNodes()).map((node) => node.Spec.Role))].sort());
  await service.remove();
  await service.inspect().catch((error) => tell('gone', [error.statusCode, error.json.message]));
}

main().catch((error) => { console.error(error); process.exit(1); });
