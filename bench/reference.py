"""Debian's Postfix and Dovecot as private instances on loopback: own configuration, queue, mail and sockets in one
folder, no system service touched. Needs root, because Postfix' master does."""

import os
import pwd
import signal
import subprocess

DOMAIN = "bench.test"
PASSWORD = "bench-password"
MAIL_USER = "nobody"

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.{domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
message_size_limit = 52428800
mailbox_size_limit = 0
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
smtpd_relay_restrictions = reject_unauth_destination
# In its favour: nothing slows down what comes in, and deliveries begin with full concurrency.
in_flow_delay = 0
initial_destination_concurrency = 20
"""

MASTER_CF = """
127.0.0.1:{smtp} inet n - n - 50 smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

DOVECOT_CONF = """
base_dir = {folder}/dovecot/run
state_dir = {folder}/dovecot/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_cache_size = 1M
mail_max_userip_connections = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
  # Its high-performance mode.
  service_count = 0
  process_min_avail = 2
  client_limit = 4000
  vsz_limit = 2G
}}
service imap {{
  process_limit = 5000
  client_limit = 1
}}
service anvil {{
  client_limit = 16000
}}
service auth {{
  client_limit = 16000
}}
service lmtp {{
  process_min_avail = 2
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stdout.strip()}")


def tail(path):
    try:
        with open(path) as file:
            return "".join(file.readlines()[-20:])
    except OSError:
        return ""


class Reference:
    def __init__(self, folder, port_base):
        self.folder = folder
        self.smtp, self.lmtp, self.imaps = port_base, port_base + 1, port_base + 2
        self.dovecot = None
        self.postfix_folder = f"{folder}/postfix"
        for name in ("postfix/etc", "postfix/queue", "postfix/data", "dovecot/run", "dovecot/state", "mail"):
            os.makedirs(f"{folder}/{name}")
        owner = pwd.getpwnam(MAIL_USER)
        os.chown(f"{folder}/mail", owner.pw_uid, owner.pw_gid)
        os.chown(f"{folder}/postfix/data", pwd.getpwnam("postfix").pw_uid, -1)
        os.chmod(folder, 0o755)
        self.make_certificate()
        self.write("postfix/etc/main.cf", MAIN_CF.format(
            folder=folder, queue=f"{folder}/postfix/queue", data=f"{folder}/postfix/data", domain=DOMAIN,
            lmtp=self.lmtp))
        self.write("postfix/etc/master.cf", MASTER_CF.format(smtp=self.smtp))
        self.write("dovecot.conf", DOVECOT_CONF.format(
            folder=folder, uid=owner.pw_uid, gid=owner.pw_gid, password=PASSWORD, imaps=self.imaps, lmtp=self.lmtp))

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w") as file:
            file.write(text)

    def make_certificate(self):
        ca, leaf = f"{self.folder}/ca", f"{self.folder}/server"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=bench authority", "-keyout", f"{ca}.key", "-out", f"{ca}.pem")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=localhost", "-keyout", f"{leaf}.key", "-out", f"{leaf}.csr")
        self.write("san", "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        run("openssl", "x509", "-req", "-in", f"{leaf}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-days", "2",
            "-CAcreateserial", "-extfile", f"{self.folder}/san", "-out", f"{leaf}.pem")
        self.trust = f"{ca}.pem"

    def start(self):
        self.dovecot = subprocess.Popen(["dovecot", "-F", "-c", f"{self.folder}/dovecot.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            run("postfix", "-c", f"{self.postfix_folder}/etc", "start")
        except SystemExit as failed:
            raise SystemExit(f"{failed}\n{tail(f'{self.folder}/postfix.log')}")

    def stop(self):
        subprocess.run(["postfix", "-c", f"{self.postfix_folder}/etc", "stop"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        if self.dovecot:
            self.dovecot.send_signal(signal.SIGTERM)
            self.dovecot.wait(30)

    def users(self, count):
        return [(f"user{i}@{DOMAIN}", PASSWORD) for i in range(count)]

    def imap_process(self):
        return self.dovecot.pid
