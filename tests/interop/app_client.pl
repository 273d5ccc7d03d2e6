# A billing system's client of APP, in Perl with IO::Socket::SSL: sends the requests that it reads from its standard
# input (one a line), and prints each reply, ended by a line with a dot.
use strict;
use warnings;
use IO::Socket::SSL;

my ($port, $ca) = @ARGV;
my $socket = IO::Socket::SSL->new(
    PeerHost => 'localhost', PeerPort => $port, SSL_ca_file => $ca, SSL_verify_mode => SSL_VERIFY_PEER,
    Timeout => 20,
) or die "cannot connect: $!, $SSL_ERROR\n";

sub reply {
    while (my $line = <$socket>) {
        $line =~ s/\r?\n$//;
        print "$line\n";
        return if $line eq '.';
    }
    die "the server closed the connection\n";
}

reply();
while (my $request = <STDIN>) {
    chomp $request;
    print $socket "$request\r\n.\r\n";
    reply();
}
