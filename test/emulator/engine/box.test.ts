import { describe, expect, test } from 'vitest';
import { box, changeStatus, cmd, createEstate, setGlobal, tell } from '../estate.ts';

const inNight = 'box_name: night';

describe('a box that starts', () => {
  test('goes to RUNNING at once and its members to ACTIVATED', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'condition: v(GO) = 1'));

    await estate.send(tell('STARTJOB', 'night'));

    expect(estate.instance.events('night').map(({ name }) => name)).toEqual([
      'STARTJOB',
      'RUNNING',
    ]);
    expect(estate.status('a')).toBe('ACTIVATED');
  });

  test('starts members without conditions, which take its run number', async () => {
    const estate = createEstate(cmd('other') + box('night') + cmd('a', inNight));
    await estate.send(tell('STARTJOB', 'other'));

    await estate.send(tell('STARTJOB', 'night'));

    expect(estate.status('a')).toBe('STARTING');
    expect(estate.job('a').run).toMatchObject({ run: 2, try: 1 });
  });

  test('starts a member whose condition holds by the status of yesterday', async () => {
    const estate = createEstate(
      cmd('feed') + box('night') + cmd('a', inNight, 'condition: s(feed)'),
    );
    await estate.send(changeStatus('feed', 'SUCCESS'));
    await estate.pass(24 * 3600);

    await estate.send(tell('STARTJOB', 'night'));

    expect(estate.status('a')).toBe('STARTING');
  });

  test('leaves held and iced members as they are', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', inNight, 'status: ON_HOLD') +
        cmd('b', inNight, 'status: ON_ICE') +
        cmd('c', inNight),
    );

    await estate.send(tell('STARTJOB', 'night'));

    expect([estate.status('a'), estate.status('b')]).toEqual(['ON_HOLD', 'ON_ICE']);
  });

  test('leaves a member that runs already alone', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'command: sleep 60'));
    await estate.send(tell('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    await estate.send(tell('STARTJOB', 'night'));

    expect([estate.status('a'), estate.starts('a')]).toEqual(['RUNNING', 1]);
  });

  test('activates what stands in boxes within', async () => {
    const estate = createEstate(
      box('night') +
        cmd('first', inNight) +
        box('inner', inNight, 'condition: s(first)') +
        cmd('a', 'box_name: inner'),
    );

    await estate.send(tell('STARTJOB', 'night'));

    expect([estate.status('inner'), estate.status('a')]).toEqual(['ACTIVATED', 'ACTIVATED']);
  });

  test('ends in SUCCESS at once when it has no member', async () => {
    const estate = createEstate(box('night'));

    await estate.send(tell('STARTJOB', 'night'));

    expect(estate.status('night')).toBe('SUCCESS');
  });
});

describe('a box that runs', () => {
  test('runs a member once only, however often its condition comes true', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', inNight, 'condition: v(GO) = 1') +
        cmd('b', inNight, 'command: sleep 600'),
    );
    await estate.send(tell('STARTJOB', 'night'));

    await estate.send(setGlobal('GO', '1'));
    await estate.pass(5);
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(5);

    expect(estate.starts('a')).toBe(1);
    expect(estate.instance.whyWaiting('a')).toContain('has run in run 1 of its box night already');
  });

  test('runs its members anew in its next run', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight));
    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    expect(estate.starts('a')).toBe(2);
    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('keeps a member whose condition cannot come true, and stays RUNNING', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: true') + cmd('b', inNight, 'condition: f(a)'),
    );

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(48 * 3600);

    expect([estate.status('night'), estate.status('b')]).toEqual(['RUNNING', 'ACTIVATED']);
  });

  test('keeps members of a box that does not run from starting', async () => {
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

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(10);

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('is FAILURE once all are done and one failed', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: false') + cmd('b', inNight, 'command: sleep 60'),
    );

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(30);
    expect(estate.status('night')).toBe('RUNNING');
    await estate.pass(60);

    expect(estate.status('night')).toBe('FAILURE');
  });

  test('waits for a held member', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'status: ON_HOLD'),
    );
    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(3600);
    expect(estate.status('night')).toBe('RUNNING');

    await estate.send(tell('JOB_OFF_HOLD', 'b'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('does not wait for an iced member', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'status: ON_ICE'),
    );

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('comes when the last member it waits for is put on ice', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight) + cmd('b', inNight, 'condition: v(GO) = 1'),
    );
    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(tell('JOB_ON_ICE', 'b'));

    expect(estate.status('night')).toBe('SUCCESS');
  });

  test('of a box within counts for the box around it', async () => {
    const estate = createEstate(
      box('night') + box('inner', inNight) + cmd('a', 'box_name: inner', 'command: false'),
    );

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('inner'), estate.status('night')]).toEqual(['FAILURE', 'FAILURE']);
  });

  test('turns from FAILURE to SUCCESS when the failed member succeeds after all', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight), {
      runs: { a: [{ exitCode: 1 }, { exitCode: 0 }] },
    });
    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);
    expect(estate.status('night')).toBe('FAILURE');

    await estate.send(tell('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('SUCCESS');
  });
});

describe('box_success and box_failure', () => {
  test('box_success ends the box while others still run, and what has not started stays out', async () => {
    const estate = createEstate(
      box('night', 'box_success: s(a)') +
        cmd('a', inNight) +
        cmd('b', inNight, 'command: sleep 60') +
        cmd('c', inNight, 'condition: s(b)'),
    );

    await estate.send(tell('STARTJOB', 'night'));
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

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('night'), estate.starts('b')]).toEqual(['SUCCESS', 0]);
  });

  test('members that all succeed do not complete a box whose box_success is false', async () => {
    const estate = createEstate(box('night', 'box_success: v(DONE) = 1') + cmd('a', inNight));

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('a'), estate.status('night')]).toEqual(['SUCCESS', 'RUNNING']);
  });

  test('box_failure ends the box', async () => {
    const estate = createEstate(
      box('night', 'box_failure: e(a) > 2') +
        cmd('a', inNight, 'command: exit 3') +
        cmd('b', inNight, 'command: sleep 60'),
    );

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    expect(estate.status('night')).toBe('FAILURE');
  });

  test('a failure that box_failure does not name keeps the box RUNNING', async () => {
    const estate = createEstate(
      box('night', 'box_failure: f(b)') + cmd('a', inNight, 'command: false') + cmd('b', inNight),
    );

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(60);

    expect(estate.status('night')).toBe('RUNNING');
  });

  test('a term over a global variable is asked only when a member completes, so the box hangs', async () => {
    const estate = createEstate(
      box('night', 'box_success: v(DONE) = 1') +
        cmd('a', inNight) +
        cmd('b', inNight, 'condition: v(GO) = 1'),
    );
    await estate.send(tell('STARTJOB', 'night'));
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

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(120);

    expect([estate.status('night'), estate.status('b'), estate.status('c')]).toEqual([
      'TERMINATED',
      'SUCCESS',
      'INACTIVE',
    ]);
  });

  test('box_terminator: leaves a box that does not run alone', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: false', 'box_terminator: 1'),
    );

    await estate.send(tell('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    expect([estate.status('a'), estate.status('night')]).toEqual(['FAILURE', 'INACTIVE']);
  });

  test('job_terminator: the end of the box in failure kills the member', async () => {
    const estate = createEstate(
      box('night', 'box_failure: f(a)') +
        cmd('a', inNight, 'command: false') +
        cmd('b', inNight, 'command: sleep 60', 'job_terminator: 1'),
    );

    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    expect([estate.status('night'), estate.status('b')]).toEqual(['FAILURE', 'TERMINATED']);
  });

  test('job_terminator reaches through a box within', async () => {
    const estate = createEstate(
      box('night') +
        box('inner', inNight, 'job_terminator: 1') +
        cmd('a', 'box_name: inner', 'command: sleep 60', 'job_terminator: 1'),
    );
    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(tell('KILLJOB', 'night'));

    expect([estate.status('inner'), estate.status('a')]).toEqual(['TERMINATED', 'TERMINATED']);
  });
});

describe('KILLJOB on a box', () => {
  test('ends it as TERMINATED, lets running members finish, and it sticks', async () => {
    const estate = createEstate(
      box('night') + cmd('a', inNight, 'command: sleep 60') + cmd('b', inNight, 'condition: s(a)'),
    );
    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(tell('KILLJOB', 'night'));
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
    await estate.send(tell('STARTJOB', 'night'));
    await estate.send(
      sent === 'KILLJOB' ? tell('KILLJOB', 'night') : changeStatus('night', 'INACTIVE'),
    );

    await estate.send(tell('FORCE_STARTJOB', 'a'));
    await estate.pass(5);

    expect([estate.status('a'), estate.status('night')]).toEqual(['SUCCESS', status]);
  });
});

describe('CHANGE_STATUS of a box to RUNNING', () => {
  test('starts nothing, yet lets members start by their conditions', async () => {
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
  test('resets its members and those of boxes within', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', inNight) +
        box('inner', inNight) +
        cmd('b', 'box_name: inner', 'command: false'),
    );
    await estate.send(tell('STARTJOB', 'night'));
    await estate.pass(10);

    await estate.send(changeStatus('night', 'INACTIVE'));

    expect(['night', 'a', 'inner', 'b'].map(estate.status)).toEqual([
      'INACTIVE',
      'INACTIVE',
      'INACTIVE',
      'INACTIVE',
    ]);
  });

  test('leaves held members held', async () => {
    const estate = createEstate(box('night') + cmd('a', inNight, 'status: ON_HOLD'));

    await estate.send(changeStatus('night', 'INACTIVE'));

    expect(estate.status('a')).toBe('ON_HOLD');
  });
});
