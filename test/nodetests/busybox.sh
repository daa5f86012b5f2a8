# Makes a node that is nothing but busybox: a root of its own with its applets, the libraries that they need, dropbear, and a
# database of Alpine's packages. busybox's own init is process 1, and starts the scripts of /etc/init.d.
set -eu

mkdir -p /mnt
keys=$(cat "$FOLDER/id.pub") tls=$(cat "$FOLDER/tls.pem")
dropbearconvert openssh dropbear "$FOLDER/host" "$FOLDER/dropbear" >/dev/null 2>&1
hostkey=$(base64 "$FOLDER/dropbear")
# As the tests of package() have it.
apk=${0%/*}/../questions/apk
mount -t tmpfs -o mode=755 tmpfs /mnt
cd /mnt
mkdir -p bin sbin usr/bin usr/sbin lib usr/lib etc/init.d dev proc sys tmp var/run home root srv/router run lib/apk/db etc/apk etc/dropbear
chmod 1777 tmp

program() { # PATH FOLDER: with the libraries that it asks for, where it asks for them
  cp "$1" "$2"
  ldd "$1" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\).*/\1/p' | while read -r library; do
    mkdir -p ".${library%/*}"
    cp -L "$library" ".$library"
  done
}
program /usr/bin/busybox bin/
program /usr/sbin/dropbear usr/sbin/
chroot . /bin/busybox --install -s /bin
ln -s /bin/busybox sbin/init

cat >etc/os-release <<OS
NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.19.0
PRETTY_NAME="Alpine Linux v3.19"
OS
cp "$apk/installed" lib/apk/db/installed
cp "$apk/world" etc/apk/world
printf 'root:x:0:0:root:/root:/bin/sh\nops:x:2000:2000:Operator:/home/ops:/bin/sh\nrouter:x:2001:2001::/srv/router:/bin/false\n' >etc/passwd
printf 'root:x:0:\nops:x:2000:\nrouter:x:2001:ops\n' >etc/group
printf 'root:*:19000:0:99999:7:::\nops:*:19000:0:99999:7:::\nrouter:!:19000:0:99999:7:::\n' >etc/shadow
chmod 600 etc/shadow
printf '127.0.0.1 localhost\n192.0.2.20 gateway.example\n' >etc/hosts
printf '%s\n' "$hostkey" | base64 -d >etc/dropbear/host
printf '%s\n' "$tls" | sed -n '/BEGIN CERT/,/END CERT/p' >etc/router.pem
for home in home/ops root; do
  mkdir -p "$home/.ssh"
  chmod 700 "$home/.ssh"
  printf '%s\n' "$keys" >"$home/.ssh/authorized_keys"
done
chown -R 2000:2000 home/ops
mkdir -p srv/router/public
printf 'routing\n' >srv/router/public/health
ln -s public srv/router/current
chown -R 2001:2001 srv/router
mkdir -p etc/crontabs var/spool/cron etc/rc2.d
printf '*/5 * * * * /srv/router/probe\n' >etc/crontabs/root
chmod 700 etc/crontabs
ln -s ../../../etc/crontabs var/spool/cron/crontabs

script() { # NAME PROGRAM WORD…: an init script as small systems have them
  cat >"etc/init.d/$1" <<INIT
#!/bin/sh
case \$1 in
  start) start-stop-daemon -S -b -m -p /run/$1.pid -x $2 -- $3 ;;
  status) [ -e /run/$1.pid ] && [ -d "/proc/\$(cat /run/$1.pid)" ] || exit 3 ;;
  *) echo "Usage: \$0 start|status"; exit 1 ;;
esac
INIT
  chmod 755 "etc/init.d/$1"
}
script dropbear /usr/sbin/dropbear "-F -E -m -s -r /etc/dropbear/host -p 127.0.0.1:$SSH -P ''"
script web /bin/httpd "-f -p 127.0.0.1:$HTTP -u router -h /srv/router/public"
script other /bin/httpd "-f -p 127.0.0.1:$HTTPS -h /srv/router/public"
printf '#!/bin/sh\necho "Usage: $0 start"\nexit 1\n' >etc/init.d/mute
printf '#!/bin/sh\nexit 3\n' >etc/init.d/lazy
chmod 755 etc/init.d/mute etc/init.d/lazy
for name in dropbear web; do ln -s "../init.d/$name" "etc/rc2.d/S50$name"; done
printf '::sysinit:/etc/init.d/web start\n::sysinit:/etc/init.d/other start\n::respawn:/usr/sbin/dropbear -F -E -m -s -r /etc/dropbear/host -p 127.0.0.1:%s -P /run/dropbear.pid\n' "$SSH" >etc/inittab

# Without a console, what dropbear says goes where process 1 says things.
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty ptmx; do
  : >"dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mkdir dev/pts
mount --bind /dev/pts dev/pts
mount -t proc proc proc
mount --rbind /sys sys
mount -t tmpfs -o size=1m,mode=755,noexec tmpfs srv/router/public 2>/dev/null || :
printf 'routing\n' >srv/router/public/health
hostname router1
mkdir -p .old
pivot_root . .old
umount -l /.old 2>/dev/null || :
exec /sbin/init </dev/null
