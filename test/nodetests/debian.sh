# Makes a node of this machine's own Debian: the same programs, and files, users, processes and a host name of its own.
# What is written lies on a tmpfs, which goes with the namespaces. Process 1 is a script called init, as on a node without systemd.
set -eu

lay_over() { # FOLDER: what is written there stays in these namespaces
  mkdir -p "/mnt/$1/upper" "/mnt/$1/work"
  mount -t overlay overlay -o "lowerdir=/$1,upperdir=/mnt/$1/upper,workdir=/mnt/$1/work" "/$1"
}

# Made by OpenSSL 3.0 for CN=shop.example, valid in 2020.
old_certificate() {
  cat <<'PEM'
-----BEGIN CERTIFICATE-----
MIIBFDCBvAIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxzaG9wLmV4YW1wbGUw
HhcNMjAwMTAxMDAwMDAwWhcNMjAxMjMxMDAwMDAwWjAXMRUwEwYDVQQDDAxzaG9w
LmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARfvoFr4xiu+pbJK5do
V7fNwvjH0GCm4lIdgEpi/icwLCpACVIq6YMX3D0EmePJTWXtHlHsMEbtKOFElKQI
fRTJMAoGCCqGSM49BAMCA0cAMEQCICS7beQf1Y/BW1iwQoCqOkvxVLf02Q5x9O45
9zSnNgRCAiBwPdcD0ERVRIMZ9hI9ljDNwW+H7oqSahlZ/DSNOPykNw==
-----END CERTIFICATE-----
PEM
}

mkdir -p /mnt
keys=$(cat "$FOLDER/id.pub") host=$(cat "$FOLDER/host") tls=$(cat "$FOLDER/tls.pem")
mount -t tmpfs tmpfs /mnt
for top in etc var; do lay_over "$top"; done
for top in home run srv tmp; do mount -t tmpfs -o mode=755 tmpfs "/$top"; done
chmod 1777 /tmp
mkdir -p /run/sshd /run/lock
hostname web1

groupadd --gid 2001 shop
useradd --uid 2001 --gid shop --home-dir /srv/shop --no-create-home --shell /usr/sbin/nologin --comment 'The shop' shop
useradd --uid 2000 --create-home --shell /bin/sh --comment 'Operator of the shop' --groups adm,shop ops
printf '%s\n' "ops:$PASSWORD" | chpasswd
mkdir -m 700 ~ops/.ssh
printf '%s\n' "$keys" >~ops/.ssh/authorized_keys
chown -R ops: ~ops/.ssh
printf 'ops ALL=(ALL) ALL\n' >/etc/sudoers.d/ops
chmod 440 /etc/sudoers.d/ops

mkdir -p /srv/shop/releases/1.4.1 /srv/shop/releases/1.4.2/bin /srv/shop/releases/1.4.2/public/cgi-bin /srv/shop/spool /run/shop
ln -s releases/1.4.2 /srv/shop/current
printf '#!/bin/sh\necho ready; [ $# -gt 0 ] || exit 3\n' >/srv/shop/current/bin/pool
printf 'status: ok\n' >/srv/shop/current/public/health
# It warms up: the third answer is the first good one.
cat >/srv/shop/current/public/cgi-bin/warm <<'CGI'
#!/bin/sh
echo look >>/srv/shop/looks
[ "$(wc -l </srv/shop/looks)" -gt 2 ] || { printf 'Status: 503 Service Unavailable\r\n\r\n'; exit; }
printf 'Content-Type: text/plain\r\nX-Shop: 1.4.2\r\n\r\nwarm\n'
CGI
chmod 755 /srv/shop/current/bin/pool /srv/shop/current/public/cgi-bin/warm
chown -R shop:shop /srv/shop
chown shop:shop /run/shop
mount -t tmpfs -o size=1m,mode=750,noexec,nosuid tmpfs /srv/shop/spool
mkfifo -m 600 /srv/shop/wake

mkdir -p /etc/shop /etc/modprobe.d /etc/cron.d
printf 'colour = blue\n' >/etc/shop/shop.ini
printf 'not to be read\n' >/etc/shop/secret.key
chgrp shop /etc/shop/secret.key
chmod 640 /etc/shop/secret.key
printf '%s\n' "$tls" | sed -n '/BEGIN CERT/,/END CERT/p' >/etc/shop/shop.pem
printf '%s\n' "$tls" >/etc/shop/tls.pem
chmod 600 /etc/shop/tls.pem
old_certificate >/etc/shop/2020.pem
printf '30 2 * * 1\troot\t/srv/shop/current/bin/report\n' >/etc/cron.d/shop
mkdir -p /var/spool/cron/crontabs
chmod 1730 /var/spool/cron/crontabs
printf '@daily /srv/shop/current/bin/tidy\n' >/var/spool/cron/crontabs/ops
chmod 600 /var/spool/cron/crontabs/ops
printf 'blacklist pcspkr\n' >/etc/modprobe.d/shop.conf
printf '127.0.0.1 localhost\n127.0.1.1 web1\n192.0.2.10 db.shop.example\n2001:db8::10 db.shop.example\n' >/etc/hosts
printf 'hosts: files\n' >/etc/nsswitch.conf.new
sed '/^hosts:/d' /etc/nsswitch.conf >>/etc/nsswitch.conf.new
mv /etc/nsswitch.conf.new /etc/nsswitch.conf
printf 'grep hold\n' | dpkg --set-selections
# A node may lack a tool: this one has no ping.
for tool in /usr/bin/ping /bin/ping; do [ ! -f "$tool" ] || mount --bind /dev/null "$tool"; done

cat >/etc/init.d/shop <<INIT
#!/bin/sh
### BEGIN INIT INFO
# Provides: shop
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
pid=/run/shop/shop.pid
case \$1 in
  start) start-stop-daemon --start --background --make-pidfile --pidfile \$pid --chuid shop --exec /bin/busybox -- httpd -f -p 127.0.0.1:$HTTP -h /srv/shop/current/public ;;
  status) start-stop-daemon --status --pidfile \$pid ;;
esac
INIT
sed 's/shop/report/g' /etc/init.d/shop >/etc/init.d/report
chmod 755 /etc/init.d/shop /etc/init.d/report
for level in 2 3 4 5; do ln -s ../init.d/shop "/etc/rc$level.d/S01shop"; done
printf '%s\n' "$host" >/etc/ssh/host
chmod 600 /etc/ssh/host
cat >/etc/ssh/sshd_config <<SSHD
Port $SSH
ListenAddress 127.0.0.1
HostKey /etc/ssh/host
PidFile none
PasswordAuthentication no
UseDNS no
SetEnv SHOP_MODE=live
SSHD

/etc/init.d/shop start
setpriv --reuid shop --regid shop --clear-groups ssh-agent -a /run/shop/agent.sock >/dev/null
cat >/mnt/init <<INIT
#!/bin/sh
openssl s_server -accept 127.0.0.1:$HTTPS -cert /etc/shop/tls.pem -www -quiet &
/usr/sbin/sshd -D -e &
wait
INIT
chmod 755 /mnt/init
exec /mnt/init
