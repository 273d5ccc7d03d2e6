"""Debian's Dovecot as a private instance on loopback, to compare with: its own configuration, mail and sockets."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

USER, PASSWORD = "reference@far.example", "reference-password"
MAIL_OWNER = "nobody"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = sdbox:{folder}/mail/%u
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 0
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  {login}
  inet_listener imap {{
    port = {imap}
  }}
}}
service pop3-login {{
  {login}
  inet_listener pop3 {{
    port = {pop3}
  }}
}}
{rootless}
"""

# It does without root where it need not change users.
ROOTLESS = """
default_internal_user = {me}
default_login_user = {me}
default_internal_group = {group}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def find():
    return shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dovecot.")
        self.imap, self.pop3 = free_port(), free_port()
        owner = pwd.getpwnam(MAIL_OWNER) if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        os.chmod(self.folder, 0o755)
        for name in ("run", "state", "mail"):
            os.mkdir(os.path.join(self.folder, name))
        os.chown(os.path.join(self.folder, "mail"), owner.pw_uid, owner.pw_gid)
        is_root = os.getuid() == 0
        self.write("dovecot.conf", CONFIG.format(
            folder=self.folder, owner=owner.pw_uid, group=owner.pw_gid, password=PASSWORD, imap=self.imap, pop3=self.pop3,
            login="" if is_root else "chroot =",
            rootless="" if is_root else ROOTLESS.format(me=owner.pw_name, group=grp.getgrgid(owner.pw_gid).gr_name)))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def __enter__(self):
        self.process = subprocess.Popen([find(), "-F", "-c", os.path.join(self.folder, "dovecot.conf")],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.imap)).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    self.stop()
                    raise RuntimeError("dovecot did not start") from None
                time.sleep(0.05)  # its socket tells; there is nothing to wait on

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
