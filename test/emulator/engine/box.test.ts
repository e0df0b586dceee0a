import { describe, expect, test } from 'vitest';
import { box, changeStatus, cmd, createEstate, jobEvent, setGlobal } from '../estate.ts';

const inNight = 'box_name: night';

describe('a box that starts', () => {
  test('becomes RUNNING at once, and its members ACTIVATED', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'condition: v(GO) = 1'));

    await estate.send(jobEvent('STARTJOB', 'night'));

    expect(estate.instance.events('night').map(({ name }) => name)).toEqual([
      'STARTJOB',
      'RUNNING',
    ]);
    expect(estate.status('a')).toBe('ACTIVATED');
  });

  test('starts members without conditions, which take its run number', async () => {
    const estate = createEstate(cmd('other') + box('night') + cmd('a', inNight));
    await estate.send(jobEvent('STARTJOB', 'other'));

    await estate.send(jobEvent('STARTJOB', 'night'));

    expect(estate.status('a')).toBe('STARTING');
    expect(estate.job('a').run).toMatchObject({ run: 2, try: 1 });
  });

  test('starts a member whose condition holds by the status of the previous day', async () => {
    const estate = createEstate(
      cmd('feed') + box('night') + cmd('a', inNight, 'condition: s(feed)'),
    );
    await estate.send(changeStatus('feed', 'SUCCESS'));
    await estate.pass(24 * 3600);

    await estate.send(jobEvent('STARTJOB', 'night'));

    expect(estate.status('a')).toBe('STARTING');
  });

  test('leaves held and iced members as they are', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', inNight, 'status: ON_HOLD') +
        cmd('b', inNight, 'status: ON_ICE') +
        cmd('c', inNight),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));

    expect([estate.status('a'), estate.status('b')]).toEqual(['ON_HOLD', 'ON_ICE']);
  });

  test('does not change a member that already runs', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'command: sleep 60'));
    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    await estate.send(jobEvent('STARTJOB', 'night'));

    expect([estate.status('a'), estate.starts('a')]).toEqual(['RUNNING', 1]);
  });

  test('activates the members of inner boxes', async () => {
    const estate = createEstate(
      box('night') +
        cmd('first', inNight) +
        box('inner', inNight, 'condition: s(first)') +
        cmd('a', 'box_name: inner'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));

    expect([estate.status('inner'), estate.status('a')]).toEqual(['ACTIVATED', 'ACTIVATED']);
  });

  test('ends in SUCCESS at once when it has no member', async () => {
    const estate = createEstate(box('night'));

    await estate.send(jobEvent('STARTJOB', 'night'));

    expect(estate.status('night')).toBe('SUCCESS');
  });
});

describe('a box that runs', () => {
  test('runs a member only once, even if its condition becomes true several times', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', inNight, 'condition: v(GO) = 1') +
        cmd('b', inNight, 'command: sleep 600'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));

    await estate.send(setGlobal('GO', '1'));
    await estate.pass(5);
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(5);

    expect(estate.starts('a')).toBe(1);
    expect(estate.instance.whyWaiting('a')).toContain('has run in run 1 of its box night already');
  });

  test('runs its members again in its next run', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight));
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect(estate.starts('a')).toBe(2);
    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('stays RUNNING for a member whose condition cannot become true', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: true') + cmd('b', inNight, 'condition: f(a)'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(48 * 3600);

    expect([estate.status('night'), estate.status('b')]).toEqual(['RUNNING', 'ACTIVATED']);
  });

  test('its members do not start while it does not run', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'condition: v(GO) = 1'));

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('a')).toBe(0);
  });
});

describe('the default end of a box', () => {
  test('is SUCCESS when all members are', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'condition: s(a)'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(10);

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('is FAILURE once all are done and one failed', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: false') + cmd('b', inNight, 'command: sleep 60'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(30);
    expect(estate.status('night')).toBe('RUNNING');
    await estate.pass(60);

    expect(estate.status('night')).toBe('FAILURE');
  });

  test('waits for a held member', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'status: ON_HOLD'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(3600);
    expect(estate.status('night')).toBe('RUNNING');

    await estate.send(jobEvent('JOB_OFF_HOLD', 'b'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('does not wait for an iced member', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'status: ON_ICE'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('happens when the last member that it waits for is put on ice', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'condition: v(GO) = 1'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(jobEvent('JOB_ON_ICE', 'b'));

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('of an inner box counts for the outer box', async () => {
    const estate = createEstate(
      box('night') + box('inner', inNight) + cmd('a', 'box_name: inner', 'command: false'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('inner'), estate.status('night')]).toEqual(['FAILURE', 'FAILURE']);
  });

  test('changes from FAILURE to SUCCESS when the failed member succeeds later', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight), {
      runs: { a: [{ exitCode: 1 }, { exitCode: 0 }] },
    });
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);
    expect(estate.status('night')).toBe('FAILURE');

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('SUCCESS');
  });
});

describe('box_success and box_failure', () => {
  test('box_success ends the box while other members run; members that have not started do not start', async () => {
    const estate = createEstate(
      box('night', 'box_success: s(a)') +
        cmd('a', inNight) +
        cmd('b', inNight, 'command: sleep 60') +
        cmd('c', inNight, 'condition: s(b)'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('night'), estate.status('b'), estate.status('c')]).toEqual([
      'SUCCESS',
      'RUNNING',
      'INACTIVE',
    ]);
  });

  test('box_success ends the box before the same completion starts another member', async () => {
    const estate = createEstate(
      box('night', 'box_success: s(a)') + cmd('a', inNight) + cmd('b', inNight, 'condition: s(a)'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('night'), estate.starts('b')]).toEqual(['SUCCESS', 0]);
  });

  test('members that all succeed do not complete a box whose box_success is false', async () => {
    const estate = createEstate(box('night', 'box_success: v(DONE) = 1') + cmd('a', inNight));

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('a'), estate.status('night')]).toEqual(['SUCCESS', 'RUNNING']);
  });

  test('box_failure ends the box', async () => {
    const estate = createEstate(
      box('night', 'box_failure: e(a) > 2') +
        cmd('a', inNight, 'command: exit 3') +
        cmd('b', inNight, 'command: sleep 60'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('FAILURE');
  });

  test('a failure that box_failure does not name keeps the box RUNNING', async () => {
    const estate = createEstate(
      box('night', 'box_failure: f(b)') + cmd('a', inNight, 'command: false') + cmd('b', inNight),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(60);

    expect(estate.status('night')).toBe('RUNNING');
  });

  test('a term on a global variable is evaluated only when a member completes, so the box hangs', async () => {
    const estate = createEstate(
      box('night', 'box_success: v(DONE) = 1') +
        cmd('a', inNight) +
        cmd('b', inNight, 'condition: v(GO) = 1'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(setGlobal('DONE', '1'));
    await estate.pass(3600);
    expect(estate.status('night')).toBe('RUNNING');
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('SUCCESS');
  });
});

describe('terminators', () => {
  test('box_terminator: the failure of the member ends the box as TERMINATED', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', inNight, 'command: false', 'box_terminator: 1') +
        cmd('b', inNight, 'command: sleep 60') +
        cmd('c', inNight, 'condition: s(b)'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(120);

    expect([estate.status('night'), estate.status('b'), estate.status('c')]).toEqual([
      'TERMINATED',
      'SUCCESS',
      'INACTIVE',
    ]);
  });

  test('box_terminator: does not change a box that does not run', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: false', 'box_terminator: 1'),
    );

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    expect([estate.status('a'), estate.status('night')]).toEqual(['FAILURE', 'INACTIVE']);
  });

  test('job_terminator: the end of the box in failure kills the member', async () => {
    const estate = createEstate(
      box('night', 'box_failure: f(a)') +
        cmd('a', inNight, 'command: false') +
        cmd('b', inNight, 'command: sleep 60', 'job_terminator: 1'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('night'), estate.status('b')]).toEqual(['FAILURE', 'TERMINATED']);
  });

  test('job_terminator applies through an inner box', async () => {
    const estate = createEstate(
      box('night') +
        box('inner', inNight, 'job_terminator: 1') +
        cmd('a', 'box_name: inner', 'command: sleep 60', 'job_terminator: 1'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(jobEvent('KILLJOB', 'night'));

    expect([estate.status('inner'), estate.status('a')]).toEqual(['TERMINATED', 'TERMINATED']);
  });
});

describe('KILLJOB on a box', () => {
  test('ends it as TERMINATED permanently; running members finish', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: sleep 60') + cmd('b', inNight, 'condition: s(a)'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(jobEvent('KILLJOB', 'night'));
    await estate.pass(120);

    expect([estate.status('night'), estate.status('a'), estate.status('b')]).toEqual([
      'TERMINATED',
      'SUCCESS',
      'INACTIVE',
    ]);
  });
});

describe('a box that does not run', () => {
  test.for([
    { sent: 'KILLJOB', status: 'TERMINATED' },
    { sent: 'INACTIVE', status: 'INACTIVE' },
  ])('stays $status when its members all succeed by force', async ({ sent, status }) => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'condition: v(GO) = 1'));
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.send(
      sent === 'KILLJOB' ? jobEvent('KILLJOB', 'night') : changeStatus('night', 'INACTIVE'),
    );

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    expect([estate.status('a'), estate.status('night')]).toEqual(['SUCCESS', status]);
  });
});

describe('CHANGE_STATUS of a box to RUNNING', () => {
  test('starts no member, but members may start by their conditions', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'condition: v(GO) = 1'),
    );
    await estate.send(changeStatus('night', 'RUNNING'));
    expect(estate.starts('a')).toBe(0);

    await estate.send(setGlobal('GO', '1'));

    expect(estate.job('b')).toMatchObject({ status: 'STARTING', run: { run: 1, try: 1 } });
  });
});

describe('CHANGE_STATUS of a box to INACTIVE', () => {
  test('resets its members and those of inner boxes', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', inNight) +
        box('inner', inNight) +
        cmd('b', 'box_name: inner', 'command: false'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(10);

    await estate.send(changeStatus('night', 'INACTIVE'));

    expect(['night', 'a', 'inner', 'b'].map(estate.status)).toEqual([
      'INACTIVE',
      'INACTIVE',
      'INACTIVE',
      'INACTIVE',
    ]);
  });

  test('keeps held members on hold', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'status: ON_HOLD'));

    await estate.send(changeStatus('night', 'INACTIVE'));

    expect(estate.status('a')).toBe('ON_HOLD');
  });
});
